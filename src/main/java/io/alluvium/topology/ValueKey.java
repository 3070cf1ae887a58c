package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.RowDecoder;
import io.alluvium.format.RowDecoder.Outcome;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.List;

/// Reads the key of a row from its value. Belongs to one thread.
final class ValueKey {

    private final List<Column> key;
    private final RowDecoder decoder;
    private final RowBatch row;
    private final int[] places;
    private final KeyCodec codec;

    ValueKey(List<Column> key) {
        this(key, new Schema(key));
    }

    /// @param checked the columns that a value has to fit, the key's among them
    ValueKey(List<Column> key, Schema checked) {
        this.key = List.copyOf(key);
        this.decoder = new JsonRowDecoder(checked, 0, false);
        this.row = RowBatch.forSchema(checked, 1);
        this.places = key.stream().mapToInt(c -> checked.indexOf(c.name())).toArray();
        this.codec = new KeyCodec(key.stream().map(Column::type).toList());
    }

    /// @param value a JSON object
    /// @throws BadValueException when it does not fit the columns, or has no key
    byte[] of(byte[] value) throws BadValueException {
        if (decoder.decode(value, row, 0) instanceof Outcome.Malformed malformed) {
            throw new BadValueException(malformed.column(), malformed.reason());
        }
        for (int i = 0; i < places.length; i++) {
            if (row.column(places[i]).isNull(0)) {
                throw new BadValueException(key.get(i).name(), "the key column is missing or NULL");
            }
        }
        return codec.encode(row, places, 0);
    }
}
