package io.alluvium.format;

import io.alluvium.data.Column;
import java.util.Base64;

/// Values that are one column's text in UTF-8.
final class TextValueReader implements ValueReader {

    private final Column column;
    private final FieldText text;
    private final byte[] name;
    private final JsonBytes json = new JsonBytes();

    /// @param strict whether a text that the column's type cannot hold is refused
    TextValueReader(Column column, boolean strict) {
        this.column = column;
        this.text = new FieldText(column.type(), strict);
        this.name = JsonText.fieldName(column.name());
    }

    @Override
    public byte[] read(byte[] value) throws BadValueException {
        if (!Utf8.isValid(value, 0, value.length)) {
            throw new BadValueException(column.name(), "the value is not UTF-8");
        }
        json.clear();
        json.write('{');
        json.write(name, 0, name.length);
        if (!text.write(value, 0, value.length, json)) {
            throw new BadValueException(
                    column.name(), Misfit.reason(FieldText.text(value, 0, value.length), column.type()));
        }
        json.write('}');
        return json.toArray();
    }

    /// Values that are one column's bytes.
    static ValueReader ofBytes(String column) {
        byte[] name = JsonText.fieldName(column);
        var json = new JsonBytes();
        return value -> {
            byte[] text = Base64.getEncoder().encode(value);
            json.clear();
            json.write('{');
            json.write(name, 0, name.length);
            json.writeString(text, 0, text.length);
            json.write('}');
            return json.toArray();
        };
    }
}
