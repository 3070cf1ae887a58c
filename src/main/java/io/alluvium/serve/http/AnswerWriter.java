package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes the rows of an answer in one form, batch by batch. Used by one thread.
sealed interface AnswerWriter {

    static AnswerWriter of(AnswerFormat format, Schema schema, OutputStream out) throws IOException {
        return switch (format) {
            case JSON -> new JsonDocument(schema, out);
            case NDJSON -> new JsonLines(schema, out);
            case CSV -> new Csv(schema, out);
        };
    }

    void write(RowBatch batch) throws IOException;

    /// Writes what comes after the last row.
    void finish(long rowCount, double elapsedMs) throws IOException;

    /// Writes the error that ends the answer before its last row, where the form has a place for it.
    void finish(AlluviumException error) throws IOException;

    /// `{"columns": […], "rows": [[…]], "rowCount": 1, "elapsedMs": 0.4}`; after an error `"error"` instead
    /// of the last two.
    final class JsonDocument implements AnswerWriter {
        private final JsonGenerator generator;

        JsonDocument(Schema schema, OutputStream out) throws IOException {
            generator = Json.generator(out);
            generator.writeStartObject();
            generator.writeArrayFieldStart("columns");
            for (Column column : schema.columns()) {
                generator.writeStartObject();
                generator.writeStringField("name", column.name());
                generator.writeStringField("type", column.type().sql());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("rows");
        }

        @Override
        public void write(RowBatch batch) throws IOException {
            int columns = batch.columns().size();
            for (int row = 0; row < batch.size(); row++) {
                generator.writeStartArray();
                for (int column = 0; column < columns; column++) {
                    JsonValue.write(batch.column(column), row, generator);
                }
                generator.writeEndArray();
            }
        }

        @Override
        public void finish(long rowCount, double elapsedMs) throws IOException {
            generator.writeEndArray();
            generator.writeNumberField("rowCount", rowCount);
            generator.writeNumberField("elapsedMs", elapsedMs);
            generator.writeEndObject();
            generator.close();
        }

        @Override
        public void finish(AlluviumException error) throws IOException {
            generator.writeEndArray();
            ErrorBody.writeField(error, generator);
            generator.writeEndObject();
            generator.close();
        }
    }

    /// One object a row and line; an error is a last line of its own.
    final class JsonLines implements AnswerWriter {
        private final RowJson json;
        private final JsonGenerator generator;

        JsonLines(Schema schema, OutputStream out) {
            json = new RowJson(schema);
            generator = Json.generator(out);
            generator.setRootValueSeparator(null);
        }

        @Override
        public void write(RowBatch batch) throws IOException {
            for (int row = 0; row < batch.size(); row++) {
                json.write(batch, row, generator);
                generator.writeRaw('\n');
            }
            generator.flush();
        }

        @Override
        public void finish(long rowCount, double elapsedMs) throws IOException {
            generator.close();
        }

        @Override
        public void finish(AlluviumException error) throws IOException {
            ErrorBody.write(error, generator);
            generator.writeRaw('\n');
            generator.close();
        }
    }

    /// RFC 4180 with line feeds: a line with the names, then one a row. NULL is an empty field, an empty
    /// text `""`.
    final class Csv implements AnswerWriter {
        private final OutputStream out;
        private final StringBuilder lines = new StringBuilder(8 << 10);

        Csv(Schema schema, OutputStream out) {
            this.out = out;
            for (int column = 0; column < schema.size(); column++) {
                append(column, schema.column(column).name());
            }
            lines.append('\n');
        }

        @Override
        public void write(RowBatch batch) throws IOException {
            int columns = batch.columns().size();
            for (int row = 0; row < batch.size(); row++) {
                for (int column = 0; column < columns; column++) {
                    if (!batch.column(column).isNull(row)) {
                        append(column, ValueText.of(batch.column(column), row));
                    } else if (column > 0) {
                        lines.append(',');
                    }
                }
                lines.append('\n');
            }
            flush();
        }

        private void append(int column, String text) {
            if (column > 0) {
                lines.append(',');
            }
            if (!mustBeQuoted(text)) {
                lines.append(text);
                return;
            }
            lines.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                lines.append(c);
                if (c == '"') {
                    lines.append('"');
                }
            }
            lines.append('"');
        }

        private static boolean mustBeQuoted(String text) {
            if (text.isEmpty() || text.charAt(0) == ' ' || text.charAt(text.length() - 1) == ' ') {
                return true;
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == ',' || c == '"' || c == '\n' || c == '\r') {
                    return true;
                }
            }
            return false;
        }

        private void flush() throws IOException {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            lines.setLength(0);
        }

        @Override
        public void finish(long rowCount, double elapsedMs) throws IOException {
            flush();
        }

        /// CSV has no place for an error: the cut connection tells.
        @Override
        public void finish(AlluviumException error) throws IOException {
            flush();
        }
    }
}
