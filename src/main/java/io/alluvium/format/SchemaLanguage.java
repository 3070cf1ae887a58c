package io.alluvium.format;

import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema;
import java.util.List;

/// The languages of schemas, and what values are made of that are written with them.
public enum SchemaLanguage {
    AVRO(RegisteredSchema.AVRO),
    /// Change events of Debezium, whose envelope is a record of Avro.
    AVRO_EVENTS(RegisteredSchema.AVRO),
    PROTOBUF(RegisteredSchema.PROTOBUF);

    private final String registered;

    SchemaLanguage(String registered) {
        this.registered = registered;
    }

    /// The schema's type as a registry names it.
    String registered() {
        return registered;
    }

    /// Whether a value says which of the schema's types it is of.
    boolean hasTypes() {
        return this == PROTOBUF;
    }

    /// @param references what the schema refers to, each before whatever refers to it
    /// @param type which of the schema's types: its full name, its place as in `1.0`, or empty for the first
    /// @throws BadValueException when the schema cannot be understood
    ParsedSchema parse(String text, List<RegisteredSchema.Reference> references, String type) throws BadValueException {
        return switch (this) {
            case AVRO -> AvroSchema.parse(text, references);
            case AVRO_EVENTS -> AvroEvents.parse(text, references);
            case PROTOBUF -> ProtobufSchema.parse(text, references, type);
        };
    }
}
