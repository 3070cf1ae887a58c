package io.alluvium.serve;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.query.ResultCursor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that is made of a short list of rows. Values are String, Long, Double, BigDecimal, Boolean or
/// null, as their column's type wants them. Used by one thread.
final class ListedRows implements ResultCursor {

    private final Schema schema;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private int position;

    ListedRows(Column... columns) {
        this.schema = Schema.of(columns);
    }

    static Column text(String name) {
        return Column.of(name, ColumnType.VARCHAR);
    }

    ListedRows add(@Nullable Object... values) {
        if (values.length != schema.size()) {
            throw new IllegalArgumentException(values.length + " values for the " + schema.size() + " columns " + schema
                    + ": " + Arrays.toString(values));
        }
        rows.add(values);
        return this;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public @Nullable RowBatch next() {
        int size = Math.min(RowBatch.DEFAULT_ROWS, rows.size() - position);
        if (size <= 0) {
            return null;
        }
        RowBatch batch = RowBatch.forSchema(schema, size);
        for (int row = 0; row < size; row++) {
            @Nullable Object[] values = rows.get(position + row);
            for (int column = 0; column < values.length; column++) {
                set(batch.column(column), row, values[column]);
            }
        }
        batch.setSize(size);
        position += size;
        return batch;
    }

    private static void set(Vector vector, int row, @Nullable Object value) {
        switch (value) {
            case null -> vector.setNull(row);
            case Boolean flag -> vector.setBoolean(row, flag);
            case Integer number -> vector.setLong(row, number);
            case Long number -> vector.setLong(row, number);
            case Double number -> vector.setDouble(row, number);
            case BigDecimal number -> vector.setDecimal(row, number);
            default -> vector.setObject(row, value);
        }
    }

    @Override
    public void close() {
        rows.clear();
    }
}
