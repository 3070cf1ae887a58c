package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ProtoFile.Enumeration;
import io.alluvium.format.ProtoFile.Symbol;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.HashMap;
import java.util.Map;

/// An enum: its values are their names, and numbers where the schema has no name for them.
final class ProtobufEnum implements ProtobufType {

    private final Map<Integer, String> names = new HashMap<>();
    private final int first;

    ProtobufEnum(Enumeration declared) {
        for (Symbol symbol : declared.symbols()) {
            names.putIfAbsent(symbol.number(), JsonText.quoted(symbol.name()));
        }
        first = declared.symbols().isEmpty() ? 0 : declared.symbols().getFirst().number();
    }

    @Override
    public ColumnType columnType() {
        return ColumnType.VARCHAR;
    }

    @Override
    public int wireType() {
        return ProtobufInput.VARINT;
    }

    @Override
    public void write(ProtobufInput in, int from, int to, JsonBytes out) throws BadValueException {
        in.range(from, to);
        write((int) in.varint(), out);
    }

    @Override
    public void writeDefault(JsonBytes out) {
        write(first, out);
    }

    private void write(int number, JsonBytes out) {
        String name = names.get(number);
        if (name == null) {
            out.write(number);
        } else {
            byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
        }
    }
}
