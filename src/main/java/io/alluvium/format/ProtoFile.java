package io.alluvium.format;

import java.util.List;
import java.util.Optional;

/// What a `.proto` file declares, as far as values depend on it. Names are as they stand there.
///
/// @param packageName empty when there is none
/// @param proto3 whether fields without a label have no presence
record ProtoFile(String packageName, boolean proto3, List<Message> messages, List<Enumeration> enums) {

    /// @param messages declared inside of it
    record Message(String name, List<Field> fields, List<Message> messages, List<Enumeration> enums) {}

    /// @param type the name of the type of the field, or of a map's values
    /// @param keyType of a map's keys; empty for what is no map
    /// @param oneof the group of fields of which one is set, or empty
    record Field(String name, int number, Label label, String type, Optional<String> keyType, String oneof) {}

    record Enumeration(String name, List<Symbol> symbols) {}

    record Symbol(String name, int number) {}

    enum Label {
        NONE,
        OPTIONAL,
        REQUIRED,
        REPEATED
    }
}
