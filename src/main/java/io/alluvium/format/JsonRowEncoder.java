package io.alluvium.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes rows as JSON objects in UTF-8, NULLs left out. Belongs to one thread.
public final class JsonRowEncoder {

    private final Schema schema;
    private final int firstColumn;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(256);

    /// @param firstColumn the first of the batch's columns that is written
    public JsonRowEncoder(Schema schema, int firstColumn) {
        this.schema = schema;
        this.firstColumn = firstColumn;
    }

    public byte[] encode(RowBatch batch, int row) {
        buffer.reset();
        try (JsonGenerator out = JsonRowDecoder.JSON.createGenerator(buffer)) {
            out.writeStartObject();
            for (int c = firstColumn; c < schema.size(); c++) {
                Vector vector = batch.column(c);
                if (!vector.isNull(row)) {
                    out.writeFieldName(schema.column(c).name());
                    JsonText.write(out, vector, row);
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.toByteArray();
    }
}
