package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.registry.RegisteredSchema;
import io.alluvium.format.registry.WireFormat;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Values that are written with a schema: with the one of the topic, or each with the one that it names in a
/// registry.
final class SchemaValueReader implements ValueReader {

    private static final Typed FIRST = new Typed("", WireFormat.HEADER_BYTES);

    private final SchemaLanguage language;
    private final SchemaSource source;
    private final TargetColumns target;
    private final Map<Key, ParsedSchema.Decoder> decoders = new HashMap<>();
    private ParsedSchema.@Nullable Decoder only;
    /// The decoder that was used last, which most values need again.
    private Key lastKey = new Key(0, "");
    private ParsedSchema.@Nullable Decoder last;

    private record Key(int id, String type) {}

    /// Which of a schema's types a value is of, and where its bytes begin.
    record Typed(String type, int from) {}

    SchemaValueReader(SchemaLanguage language, SchemaSource source, TargetColumns target) {
        this.language = language;
        this.source = source;
        this.target = target;
    }

    @Override
    public byte @Nullable [] read(byte[] value) throws BadValueException, OtherColumnsException {
        return switch (source) {
            case SchemaSource.Fixed fixed -> only(fixed).decode(value, 0);
            case SchemaSource.Registry registry -> {
                if (!WireFormat.isFramed(value)) {
                    throw new BadValueException(null, WireFormat.whyNot(value));
                }
                Typed typed = typed(language, value);
                yield decoder(registry, WireFormat.schemaId(value), typed.type())
                        .decode(value, typed.from());
            }
        };
    }

    private ParsedSchema.Decoder only(SchemaSource.Fixed fixed) throws BadValueException, OtherColumnsException {
        ParsedSchema.Decoder decoder = only;
        if (decoder == null) {
            decoder = decoder(
                    language.parse(fixed.text(), List.of(), fixed.message().orElse("")));
            only = decoder;
        }
        return decoder;
    }

    private ParsedSchema.Decoder decoder(SchemaSource.Registry registry, int id, String type)
            throws BadValueException, OtherColumnsException {
        ParsedSchema.Decoder present = last;
        if (present != null && lastKey.id == id && lastKey.type.equals(type)) {
            return present;
        }
        var key = new Key(id, type);
        ParsedSchema.Decoder decoder = decoders.get(key);
        if (decoder == null) {
            decoder = decoder(registered(language, registry, id, type));
            decoders.put(key, decoder);
        }
        lastKey = key;
        last = decoder;
        return decoder;
    }

    private ParsedSchema.Decoder decoder(ParsedSchema schema) throws OtherColumnsException {
        target.check(schema.columns());
        return schema.decoder(target);
    }

    private static Typed typed(SchemaLanguage language, byte[] value) throws BadValueException {
        return language.hasTypes() ? ProtobufTypes.read(value, WireFormat.HEADER_BYTES) : FIRST;
    }

    private static ParsedSchema registered(SchemaLanguage language, SchemaSource.Registry registry, int id, String type)
            throws BadValueException {
        RegisteredSchema schema = registry.registry()
                .byId(id)
                .orElseThrow(() -> new BadValueException(null, "the registry has no schema with the id " + id));
        return parsed(language, schema, type);
    }

    private static ParsedSchema parsed(SchemaLanguage language, RegisteredSchema schema, String type)
            throws BadValueException {
        if (!schema.type().equals(language.registered())) {
            throw new BadValueException(
                    null,
                    "the schema with the id " + schema.id() + " is of type " + schema.type() + ", not "
                            + language.registered());
        }
        try {
            return language.parse(schema.text(), schema.references(), type);
        } catch (BadValueException e) {
            throw new BadValueException(null, "the schema with the id " + schema.id() + ": " + e.reason());
        }
    }

    /// The columns that values have: by the schemas that a sample of them names, or without any by the latest of
    /// the subject.
    ///
    /// @throws AlluviumException CONFIGURATION when the schema cannot be understood, or why the registry gave none
    static List<Column> columns(SchemaLanguage language, SchemaSource source, List<byte[]> sample) {
        try {
            return found(language, source, sample);
        } catch (BadValueException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the schema of the topic cannot be used: " + e.reason(),
                    "Check that value.format is what the schema describes, and the schema itself.");
        }
    }

    private static List<Column> found(SchemaLanguage language, SchemaSource source, List<byte[]> sample)
            throws BadValueException {
        return switch (source) {
            case SchemaSource.Fixed(String text, var message) ->
                language.parse(text, List.of(), message.orElse("")).columns();
            case SchemaSource.Registry registry -> {
                Map<Key, ParsedSchema> seen =
                        new TreeMap<>(Comparator.comparingInt(Key::id).thenComparing(Key::type));
                for (byte[] value : sample) {
                    addSchema(language, registry, value, seen);
                }
                if (seen.isEmpty()) {
                    RegisteredSchema latest =
                            registry.registry().latest(registry.subject()).orElse(null);
                    yield latest == null
                            ? List.of()
                            : parsed(language, latest, "").columns();
                }
                List<Column> columns = null;
                for (ParsedSchema schema : seen.values()) {
                    columns = columns == null ? schema.columns() : TargetColumns.merged(columns, schema.columns());
                }
                yield columns == null ? List.of() : columns;
            }
        };
    }

    private static void addSchema(
            SchemaLanguage language, SchemaSource.Registry registry, byte[] value, Map<Key, ParsedSchema> seen) {
        if (!WireFormat.isFramed(value)) {
            return;
        }
        try {
            int id = WireFormat.schemaId(value);
            String type = typed(language, value).type();
            if (!seen.containsKey(new Key(id, type))) {
                seen.put(new Key(id, type), registered(language, registry, id, type));
            }
        } catch (BadValueException e) {
            // Whoever loads the value counts it as a bad record.
        }
    }
}
