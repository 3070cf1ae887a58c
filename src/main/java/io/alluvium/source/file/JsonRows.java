package io.alluvium.source.file;

import io.alluvium.data.Column;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.RowDecoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of JSON objects. An object is passed on as it stands, once it is known to be one, to have its key and
/// to hold what declared columns can take.
final class JsonRows extends Rows {

    private final Schema schema;
    private final boolean strict;
    private final int[] keyColumns;
    private final @Nullable KeyCodec codec;
    private final RowDecoder decoder;
    private final RowBatch batch;

    /// @param columns the table's columns
    /// @param key the key's columns; empty when the rows have only their place
    /// @param strict whether the columns were declared
    JsonRows(Schema columns, List<Column> key, boolean strict) {
        this.schema = strict ? columns : new Schema(key);
        this.strict = strict;
        this.keyColumns = key.stream().mapToInt(c -> schema.indexOf(c.name())).toArray();
        this.codec = key.isEmpty()
                ? null
                : new KeyCodec(key.stream().map(Column::type).toList());
        this.decoder = new JsonRowDecoder(schema, 0, false);
        this.batch = RowBatch.forSchema(schema, 1);
    }

    @Override
    boolean make(Records records) {
        return make(Arrays.copyOfRange(records.bytes(), records.start, records.end));
    }

    /// Makes a row of an object that is known to be valid JSON.
    boolean take(byte[] object) {
        if (codec == null && !strict) {
            value = object;
            return true;
        }
        return make(object);
    }

    private boolean make(byte[] object) {
        value = object;
        return switch (decoder.decode(value, batch, 0)) {
            case RowDecoder.Outcome.Decoded d -> isComplete();
            case RowDecoder.Outcome.Evolves e -> isComplete();
            case RowDecoder.Outcome.Malformed m ->
                refuse(
                        m.column(),
                        strict || m.column() == null
                                ? m.reason()
                                : m.reason() + ", the type found for the key; declare the column VARCHAR");
        };
    }

    private boolean isComplete() {
        for (int keyColumn : keyColumns) {
            if (batch.column(keyColumn).isNull(0)) {
                return refuse(schema.column(keyColumn).name(), "the key is NULL");
            }
        }
        for (int c = 0; strict && c < schema.size(); c++) {
            if (!schema.column(c).nullable() && batch.column(c).isNull(0)) {
                return refuse(schema.column(c).name(), "it is NULL in a NOT NULL column");
            }
        }
        if (codec != null) {
            key = codec.encode(batch, keyColumns, 0);
        }
        return true;
    }

    private boolean refuse(@Nullable String where, String why) {
        column = where;
        reason = why;
        return false;
    }
}
