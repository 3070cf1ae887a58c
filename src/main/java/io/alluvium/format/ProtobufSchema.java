package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.format.ProtoFile.Message;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema;
import java.util.ArrayList;
import java.util.List;

/// A message of a schema of Protobuf. Its fields are the columns: repeated ones and messages are JSON, those that
/// cannot be absent NOT NULL.
final class ProtobufSchema implements ParsedSchema {

    private final ProtobufMessage message;

    private ProtobufSchema(ProtobufMessage message) {
        this.message = message;
    }

    /// @param type the full name of a message, or its place: `1.0` is the first message in the second one; empty
    ///     for the first
    static ProtobufSchema parse(String text, List<RegisteredSchema.Reference> references, String type)
            throws BadValueException {
        var files = new ArrayList<ProtoFile>();
        for (RegisteredSchema.Reference reference : references) {
            files.add(ProtoParser.parse(reference.text()));
        }
        ProtoFile file = ProtoParser.parse(text);
        files.add(file);
        boolean isPlace = type.isEmpty() || Character.isDigit(type.charAt(0));
        return new ProtobufSchema(
                new ProtobufLinker(files).message(isPlace ? at(file, type.isEmpty() ? "0" : type) : type));
    }

    /// The full name of the message at a place.
    private static String at(ProtoFile file, String place) throws BadValueException {
        var name = new StringBuilder(file.packageName());
        List<Message> messages = file.messages();
        for (String part : place.split("\\.", -1)) {
            int index = Integer.parseInt(part);
            if (index >= messages.size()) {
                throw new BadValueException(null, "it has no message at the place " + place);
            }
            Message message = messages.get(index);
            name.append(name.isEmpty() ? "" : ".").append(message.name());
            messages = message.messages();
        }
        return name.toString();
    }

    @Override
    public List<Column> columns() {
        return message.fields().stream()
                .map(field -> new Column(
                        field.name(),
                        field.isRepeated() ? ColumnType.JSON : field.type().columnType(),
                        field.hasPresence()))
                .toList();
    }

    @Override
    public Decoder decoder(TargetColumns target) {
        boolean[] wanted = new boolean[message.fields().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = target.wants(message.fields().get(i).name());
        }
        var in = new ProtobufInput(new byte[0]);
        var out = new JsonBytes();
        return (value, from) -> {
            in.open(value);
            out.clear();
            message.writeRow(in, from, value.length, out, wanted);
            return out.toArray();
        };
    }
}
