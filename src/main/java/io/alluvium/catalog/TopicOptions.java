package io.alluvium.catalog;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which options of a topic go together: a format that is written with a schema needs one, and an option without
/// effect is refused.
final class TopicOptions {

    static final String REGISTRY_URL = "schema.registry.url";
    static final String REGISTRY_USER = "schema.registry.user";
    static final String REGISTRY_PASSWORD = "schema.registry.password";

    private static final Set<String> WITH_SCHEMA = Set.of("avro", "protobuf");
    private static final String BEHIND_ID = "json_sr";

    private TopicOptions() {}

    /// @throws AlluviumException CONFIGURATION
    static void check(EffectiveOptions options) {
        if (options.find("value.format").isEmpty()) {
            return;
        }
        boolean isUsed = false;
        for (String side : List.of("value", "key")) {
            isUsed |= usesRegistry(options, side);
        }
        if (!isUsed && options.find(REGISTRY_URL).isPresent()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    REGISTRY_URL + " has no effect: neither value.format nor key.format needs a registry",
                    "Take it out, or say what the registry's schemas describe: \"value.format\" = 'avro'.");
        }
        for (String name : List.of(REGISTRY_USER, REGISTRY_PASSWORD)) {
            if (options.find(name).isPresent() && options.find(REGISTRY_URL).isEmpty()) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        name + " has no effect without " + REGISTRY_URL,
                        "Take it out, or name the registry: \"" + REGISTRY_URL + "\" = 'http://registry:8081'.");
            }
        }
        if (options.find(REGISTRY_PASSWORD).isPresent()
                && options.find(REGISTRY_USER).isEmpty()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    REGISTRY_PASSWORD + " has no effect without " + REGISTRY_USER,
                    "Name the user, too.");
        }
    }

    /// Whether the schemas of a side come from the registry, once it is known that its options go together.
    private static boolean usesRegistry(EffectiveOptions options, String side) {
        String format = options.text(side + ".format");
        Optional<String> schema = options.find(side + ".schema");
        boolean hasRegistry = options.find(REGISTRY_URL).isPresent();
        if (schema.isPresent() && !WITH_SCHEMA.contains(format)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    side + ".schema has no effect with " + side + ".format = '" + format + "'",
                    "Take it out, or say what the schema describes: \"" + side + ".format\" = 'avro'.");
        }
        if (options.find(side + ".message").isPresent() && (schema.isEmpty() || !format.equals("protobuf"))) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    side + ".message has no effect without a schema of Protobuf in " + side + ".schema",
                    "Take it out: with a registry each record says which message it is.");
        }
        if (schema.isEmpty() && !hasRegistry && (WITH_SCHEMA.contains(format) || format.equals(BEHIND_ID))) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    side + ".format = '" + format + "' needs a schema, and the options name none",
                    "Name the registry: \"" + REGISTRY_URL + "\" = 'http://registry:8081'"
                            + (format.equals(BEHIND_ID)
                                    ? "."
                                    : ", or, where there is none, the schema: \"" + side
                                            + ".schema\" = '/etc/alluvium/orders."
                                            + (format.equals("avro") ? "avsc" : "proto") + "'."));
        }
        return hasRegistry
                && schema.isEmpty()
                && (WITH_SCHEMA.contains(format) || format.equals(BEHIND_ID) || format.equals("debezium"));
    }
}
