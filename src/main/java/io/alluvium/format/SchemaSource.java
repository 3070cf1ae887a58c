package io.alluvium.format;

import io.alluvium.format.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Where the schemas of values come from. What it is as text stands in the names of jobs, and has no secrets.
public sealed interface SchemaSource {

    /// Each value names its schema in a registry.
    ///
    /// @param subject under which the latest schema of the topic stands
    record Registry(SchemaRegistry registry, String subject) implements SchemaSource {
        @Override
        public String toString() {
            return "registry " + subject;
        }
    }

    /// One schema, which all values were written with.
    ///
    /// @param text in its own language
    /// @param message the full name of the type in it, where it has several
    record Fixed(String text, Optional<String> message) implements SchemaSource {
        @Override
        public String toString() {
            var sum = new CRC32C();
            sum.update(text.getBytes(StandardCharsets.UTF_8));
            return "schema " + HexFormat.of().toHexDigits((int) sum.getValue())
                    + message.map(m -> " " + m).orElse("");
        }
    }
}
