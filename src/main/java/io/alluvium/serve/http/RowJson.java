package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.table.TableView;
import java.io.IOException;
import java.util.stream.IntStream;

/// Writes rows of one schema as JSON objects. Used by one thread.
final class RowJson {

    private final SerializableString[] names;
    private final int[] columns;
    private final RowBatch single;

    RowJson(Schema schema) {
        this.names = schema.names().stream().map(SerializedString::new).toArray(SerializableString[]::new);
        this.columns = IntStream.range(0, schema.size()).toArray();
        this.single = RowBatch.forSchema(schema, 1);
        single.setSize(1);
    }

    /// A row that `view`, which has this schema, has found.
    void write(TableView view, long row, JsonGenerator generator) throws IOException {
        view.copy(row, single, 0, columns);
        write(single, 0, generator);
    }

    void write(RowBatch batch, int row, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        for (int column = 0; column < names.length; column++) {
            generator.writeFieldName(names[column]);
            JsonValue.write(batch.column(column), row, generator);
        }
        generator.writeEndObject();
    }
}
