package io.alluvium.query;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer of lines of text.
final class LineCursor implements ResultCursor {

    private final Schema schema;
    private @Nullable RowBatch lines;

    LineCursor(String column, List<String> text) {
        this.schema = Schema.of(new Column(column, ColumnType.VARCHAR, false));
        RowBatch batch = RowBatch.forSchema(schema, text.size());
        for (int i = 0; i < text.size(); i++) {
            batch.column(0).setObject(i, text.get(i));
        }
        batch.setSize(text.size());
        this.lines = batch;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public @Nullable RowBatch next() {
        RowBatch batch = lines;
        lines = null;
        return batch;
    }

    @Override
    public void close() {
        lines = null;
    }
}
