package io.alluvium.format.registry;

import java.util.List;

/// A schema as the registry has it.
///
/// @param type `AVRO`, `PROTOBUF` or `JSON`
/// @param text the schema itself, in its own language
/// @param references what the schema refers to, each before whatever refers to it
public record RegisteredSchema(int id, String type, String text, List<Reference> references) {

    public static final String AVRO = "AVRO";
    public static final String PROTOBUF = "PROTOBUF";

    public RegisteredSchema {
        references = List.copyOf(references);
    }

    /// Another schema that this one refers to.
    ///
    /// @param name what it is referred to by: a type's full name in Avro, a path that is imported in Protobuf
    public record Reference(String name, String text) {}
}
