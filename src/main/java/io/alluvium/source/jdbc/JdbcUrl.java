package io.alluvium.source.jdbc;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.data.Setting;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a database is and how to log in.
///
/// @param url with `jdbc:` before it, without user and password where those stood before the host
/// @param shown the same without properties, for messages
/// @param properties what the driver is given beside the URL
/// @param secrets texts that no message may show
record JdbcUrl(String url, String shown, Properties properties, List<String> secrets) {

    private static final Pattern USER_INFO = Pattern.compile("(jdbc:[a-z0-9]+://)([^/?;]*)@(.*)", Pattern.DOTALL);
    private static final Pattern PROPERTY = Pattern.compile("[?&;]([A-Za-z][\\w.]*)=([^&;]*)");

    /// Properties of drivers that load classes, run scripts, or write and send files of this machine.
    private static final Set<String> REFUSED = Set.of(
            "allowlocalinfile",
            "allowloadlocalinfile",
            "authenticationpluginclassname",
            "autodeserialize",
            "credentialtype",
            "enable_load_extension",
            "init",
            "loggerfile",
            "queryinterceptors",
            "socketfactory",
            "socketfactoryarg",
            "sslfactory",
            "sslfactoryarg",
            "sslhostnameverifier",
            "sslpasswordcallback",
            "statementinterceptors",
            "xmlfactoryfactory");

    JdbcUrl {
        secrets = List.copyOf(secrets);
    }

    /// @throws AlluviumException CONFIGURATION when it cannot be the URL of a database
    static JdbcUrl of(SourceDefinition.Jdbc source, EffectiveOptions options) {
        String shown = source.shownUrl();
        String url = source.url().regionMatches(true, 0, "jdbc:", 0, 5)
                ? "jdbc:" + source.url().substring(5)
                : "jdbc:" + source.url();
        if (!url.matches("(?s)jdbc:[A-Za-z][A-Za-z0-9+-]*:.+")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "'" + shown + "' is not the URL of a database",
                    "Write kind://host/database, such as jdbc('postgresql://db.internal/shop', 'public.customers').");
        }
        if (url.startsWith("jdbc:postgres://")) {
            url = "jdbc:postgresql" + url.substring("jdbc:postgres".length());
        }
        if (url.startsWith("jdbc:mysql:")) {
            url = "jdbc:mariadb" + url.substring("jdbc:mysql".length());
        }
        var properties = new Properties();
        var secrets = new ArrayList<String>();
        Matcher withUser = USER_INFO.matcher(url);
        if (withUser.matches()) {
            url = withUser.group(1) + withUser.group(3);
            String[] parts = withUser.group(2).split(":", 2);
            properties.setProperty("user", decoded(parts[0]));
            if (parts.length > 1) {
                secrets.add(parts[1]);
                properties.setProperty("password", decoded(parts[1]));
            }
        }
        Matcher property = PROPERTY.matcher(url);
        while (property.find()) {
            if (REFUSED.contains(property.group(1).toLowerCase(Locale.ROOT))) {
                throw refused(property.group(1), shown);
            }
            if (Setting.isSecret(property.group(1))) {
                secrets.add(property.group(2));
                secrets.add(decoded(property.group(2)));
            }
        }
        options.find("jdbc.user").ifPresent(user -> properties.setProperty("user", user));
        options.find("jdbc.password").ifPresent(password -> properties.setProperty("password", password));
        secrets.add(properties.getProperty("password", ""));
        return new JdbcUrl(
                url,
                shown,
                properties,
                secrets.stream().filter(s -> !s.isEmpty()).distinct().toList());
    }

    private static AlluviumException refused(String property, String shown) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "the URL " + shown + " has the property " + property + ", which is not allowed",
                new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                        .way("Take it out: it would have the driver load code, run a script or touch files.")
                        .text(null));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /// Sets a property that the URL does not set itself.
    void setDefault(String name, String value) {
        Matcher property = PROPERTY.matcher(url);
        while (property.find()) {
            if (property.group(1).equalsIgnoreCase(name)) {
                return;
            }
        }
        properties.putIfAbsent(name, value);
    }

    /// A text of the driver without what must not be seen.
    String masked(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, "********");
        }
        return masked;
    }

    @Override
    public String toString() {
        return shown;
    }
}
