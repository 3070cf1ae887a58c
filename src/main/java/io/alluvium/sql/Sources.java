package io.alluvium.sql;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TopicNames;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what FROM can name beyond tables: `kafka_topic('t')`, `kafka://t`, `file:///path?option=value`.
final class Sources {

    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+]*)://(.*)", Pattern.DOTALL);
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_.-]*";

    /// The options of an address: the first `?` after which there is nothing but `name=value`, joined by
    /// `&`. Any other
    /// `?` belongs to the path and is a glob.
    private static final Pattern OPTIONS =
            Pattern.compile("\\?(" + NAME + "=[^&]*(?:&" + NAME + "=[^&]*)*)$", Pattern.DOTALL);

    private static final String KAFKA_FUNCTION = "kafka_topic";
    private static final String JDBC_FUNCTION = "jdbc";
    private static final Set<String> FUNCTIONS = Set.of(KAFKA_FUNCTION, JDBC_FUNCTION);
    private static final Set<String> REFUSED_FUNCTIONS = Set.of("delta", "http", "https", "iceberg", "s3");
    private static final Set<String> REFUSED_SCHEMES =
            Set.of("abfs", "abfss", "delta", "gs", "http", "https", "iceberg", "jdbc", "s3", "s3a");

    private static final String WHAT_EXISTS =
            "Sources are kafka_topic('name'), kafka://name, file:///path (globs too), jdbc('url', 'table or query'), and the"
                    + " names of tables and topics.";

    private Sources() {}

    /// @param options what stood in the address, by the names that WITH has for it
    record Source(SourceDefinition definition, Map<String, String> options) {}

    /// Whether a name in FROM is the address of a source and not a table.
    static boolean isAddress(String name) {
        return ADDRESS.matcher(name).matches();
    }

    /// Whether a function in FROM stands for a source, or was meant to.
    static boolean isFunction(String name) {
        return FUNCTIONS.contains(name)
                || REFUSED_FUNCTIONS.contains(name)
                || !Nearest.to(name, Set.of(KAFKA_FUNCTION), 1).isEmpty();
    }

    /// @param offset where the address stands in the SQL
    static Source ofAddress(String address, int offset) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(address);
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String rest = matcher.group(2);
        return switch (scheme) {
            case "kafka" -> new Source(new SourceDefinition.KafkaTopic(TopicNames.check(rest, offset + 1)), Map.of());
            case "file" -> file(rest, offset);
            default -> throw unknownScheme(scheme, offset);
        };
    }

    /// @param arguments the values of the arguments, all strings
    static Source ofFunction(String name, List<String> arguments, int offset) {
        if (REFUSED_FUNCTIONS.contains(name)) {
            throw notSupported(name + "(…)", offset);
        }
        if (name.equals(JDBC_FUNCTION)) {
            return jdbc(arguments, offset);
        }
        if (!name.equals(KAFKA_FUNCTION)) {
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_FUNCTION,
                    "there is no source " + name + "(…)",
                    "Did you mean " + KAFKA_FUNCTION + "('…')?",
                    offset + 1,
                    null);
        }
        if (arguments.size() != 1) {
            throw SyntaxErrors.at(
                    offset,
                    KAFKA_FUNCTION + " takes one string, the topic's name, not " + arguments.size() + " arguments",
                    "Write " + KAFKA_FUNCTION + "('orders').");
        }
        return new Source(
                new SourceDefinition.KafkaTopic(TopicNames.check(arguments.getFirst(), offset + 1)), Map.of());
    }

    private static Source jdbc(List<String> arguments, int offset) {
        String example = "Write jdbc('postgresql://host/database', 'public.customers').";
        if (arguments.size() != 2) {
            throw SyntaxErrors.at(
                    offset,
                    "jdbc takes two strings, the database's URL and a table or query, not " + arguments.size()
                            + (arguments.size() == 1 ? " argument" : " arguments"),
                    example);
        }
        String url = arguments.getFirst().strip();
        String relation = arguments.getLast().strip();
        if (url.isEmpty() || relation.isEmpty()) {
            throw configuration(url.isEmpty() ? "jdbc has no URL" : "jdbc has no table and no query", example, offset);
        }
        if (url.contains("${") || relation.contains("${")) {
            throw configuration(
                    "the arguments of jdbc have ${…} left",
                    "It is filled in in the files of the config folder.",
                    offset);
        }
        return new Source(new SourceDefinition.Jdbc(url, relation), Map.of());
    }

    private static AlluviumException unknownScheme(String scheme, int offset) {
        List<String> near = Nearest.to(scheme, Set.of("file", "kafka"), 1);
        return REFUSED_SCHEMES.contains(scheme) || near.isEmpty()
                ? notSupported(scheme + "://", offset)
                : new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "there is no source " + scheme + "://",
                        "Did you mean " + near.getFirst() + "://?",
                        offset + 1,
                        null);
    }

    private static AlluviumException notSupported(String source, int offset) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "the source " + source + " is not supported in this version",
                WHAT_EXISTS,
                offset + 1,
                null);
    }

    private static Source file(String rest, int offset) {
        Matcher query = OPTIONS.matcher(rest);
        String path = rest;
        var options = new LinkedHashMap<String, String>();
        if (query.find()) {
            path = rest.substring(0, query.start());
            for (String pair : query.group(1).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = optionName(pair.substring(0, equals));
                if (options.put(name, decoded(pair.substring(equals + 1), offset)) != null) {
                    throw SyntaxErrors.at(offset, "the option " + name + " stands twice in the address", null);
                }
            }
        }
        if (path.isBlank()) {
            throw configuration("the file source has no path", "Write file:///data/prices.csv.", offset);
        }
        if (path.contains("${")) {
            throw configuration(
                    "the path " + path + " has ${…} left",
                    "It is filled in in the files of the config folder, inside quotes: 'file://…'.",
                    offset);
        }
        return new Source(new SourceDefinition.Files(path), options);
    }

    /// `format` is `file.format`; names that have a prefix already, and the key, are left as they are.
    private static String optionName(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        return folded.contains(".") || folded.equals("key") ? folded : "file." + folded;
    }

    private static String decoded(String value, int offset) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the value '" + value + "' in the address has a % that two hexadecimal digits do not follow",
                    "Write %25 for the percent sign itself.",
                    offset + 1,
                    e);
        }
    }

    private static AlluviumException configuration(String message, String hint, int offset) {
        return new AlluviumException(ErrorCode.CONFIGURATION, message, hint, offset + 1, null);
    }
}
