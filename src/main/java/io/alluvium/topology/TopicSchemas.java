package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Setting;
import io.alluvium.format.SchemaSource;
import io.alluvium.format.registry.RegistryAccess;
import io.alluvium.format.registry.SchemaRegistry;
import io.alluvium.source.file.SchemaFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the options of a table say that the schemas of its topic come from. One for the table's life, so that what
/// the registry has answered is there when the table is built again. Used by the table's thread.
final class TopicSchemas {

    private final EffectiveOptions options;
    private final TableContext context;
    private @Nullable SchemaRegistry registry;

    TopicSchemas(EffectiveOptions options, TableContext context) {
        this.options = options;
        this.context = context;
    }

    /// @param side `value` or `key`
    Optional<SchemaSource> of(String side, String topic) {
        Optional<String> schema = options.find(side + ".schema");
        if (schema.isPresent()) {
            return Optional.of(new SchemaSource.Fixed(text(schema.get()), options.find(side + ".message")));
        }
        return options.find("schema.registry.url")
                .map(url -> new SchemaSource.Registry(registry(url), topic + "-" + side));
    }

    private SchemaRegistry registry(String url) {
        SchemaRegistry present = registry;
        if (present == null) {
            RegistryAccess access = RegistryAccess.of(
                    url, options.find("schema.registry.user"), options.find("schema.registry.password"));
            present = new SchemaRegistry(access, context.clock());
            registry = present;
        }
        return present;
    }

    /// A schema has braces, or is a type of Avro in quotes; anything else is the path of a file.
    private String text(String schema) {
        boolean isSchema = schema.contains("{") || schema.strip().startsWith("\"");
        return isSchema ? schema : SchemaFile.read(schema, roots());
    }

    private List<Path> roots() {
        return context.settingOf().apply("alluvium.file.roots").map(Setting::value).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .map(text -> Path.of(text).toAbsolutePath().normalize())
                .toList();
    }
}
