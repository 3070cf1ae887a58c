package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server and a database of it, taken from a URL.
///
/// @param properties of the URL and beside it, by their names in lower case
record Endpoint(String host, int port, String database, Map<String, String> properties) {

    private static final Pattern URL =
            Pattern.compile("jdbc:[a-z]+://(\\[[^\\]]+\\]|[^:/?,]+)(?::([0-9]+))?(?:/([^?]*))?(?:\\?(.*))?");

    Endpoint {
        properties = Map.copyOf(properties);
    }

    /// @throws AlluviumException FEATURE_NOT_SUPPORTED when the URL names no server, or several
    static Endpoint of(JdbcUrl url, int defaultPort) {
        Matcher parts = URL.matcher(url.url());
        if (!parts.matches()) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "the log of " + url.shown() + " cannot be followed: the URL does not name one server",
                    "Write kind://host:port/database, or another \"jdbc.mode\".");
        }
        Map<String, String> properties = new HashMap<>();
        if (parts.group(4) != null) {
            for (String property : parts.group(4).split("&", -1)) {
                String[] both = property.split("=", 2);
                properties.put(both[0].toLowerCase(Locale.ROOT), both.length > 1 ? decoded(both[1]) : "");
            }
        }
        url.properties()
                .forEach((name, value) ->
                        properties.put(String.valueOf(name).toLowerCase(Locale.ROOT), String.valueOf(value)));
        return new Endpoint(
                parts.group(1).replaceAll("[\\[\\]]", ""),
                parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2)),
                parts.group(3) == null ? "" : decoded(parts.group(3)),
                properties);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// What the engine needs to connect, in its own words.
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.hostname", host);
        settings.put("database.port", String.valueOf(port));
        settings.put("database.user", properties.getOrDefault("user", ""));
        settings.put("database.password", properties.getOrDefault("password", ""));
        return settings;
    }

    /// A name as an expression that matches it alone, in lists that commas part.
    static String literally(String name) {
        return name.replaceAll("([^A-Za-z0-9_])", "\\\\$1");
    }
}
