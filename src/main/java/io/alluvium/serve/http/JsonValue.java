package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.data.Vector;
import java.io.IOException;

/// A value in JSON: BIGINT and DECIMAL are numbers with all their digits, NULL is `null`, JSON stands as it
/// is.
final class JsonValue {

    private JsonValue() {}

    static void write(Vector vector, int row, JsonGenerator generator) throws IOException {
        if (vector.isNull(row)) {
            generator.writeNull();
            return;
        }
        switch (vector.type().kind()) {
            case BOOLEAN -> generator.writeBoolean(vector.getBoolean(row));
            case INTEGER, BIGINT -> generator.writeNumber(vector.getLong(row));
            case REAL -> generator.writeNumber((float) vector.getDouble(row));
            case DOUBLE -> generator.writeNumber(vector.getDouble(row));
            case DECIMAL -> generator.writeNumber(vector.getDecimal(row));
            case JSON -> generator.writeRawValue(vector.getText(row));
            case BYTEA -> generator.writeBinary((byte[]) vector.getObject(row));
            case VARCHAR -> generator.writeString(vector.getText(row));
            case UUID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> generator.writeString(ValueText.of(vector, row));
        }
    }
}
