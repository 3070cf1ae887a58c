package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.format.JsonRowEncoder;
import io.alluvium.format.JsonText;
import io.alluvium.sql.SystemColumn;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The system columns that a definition over a topic names.
///
/// @param inValues whether a job has put them into the records' values; otherwise they stand in the record
record SystemColumns(List<SystemColumn> named, boolean inValues) {

    static final SystemColumns NONE = new SystemColumns(List.of(), true);

    SystemColumns {
        named = List.copyOf(named);
    }

    static SystemColumns of(List<SystemColumn> named) {
        return named.isEmpty() ? NONE : new SystemColumns(named, false);
    }

    /// Where a record stands and what comes with it.
    ///
    /// @param timestamp in milliseconds since 1970
    record Place(int partition, long offset, long timestamp, Headers headers) {}

    /// The columns that are filled from the record.
    List<Column> columns() {
        return inValues ? List.of() : all();
    }

    private List<Column> all() {
        return named.stream().map(SystemColumn::column).toList();
    }

    /// The columns that `*` does not mean.
    Set<String> names() {
        return named.stream().map(SystemColumn::columnName).collect(Collectors.toUnmodifiableSet());
    }

    boolean has(String column) {
        return names().contains(column);
    }

    SystemColumns intoValues() {
        return new SystemColumns(named, true);
    }

    /// Fills the columns of a row.
    ///
    /// @param first where they begin
    void fill(RowBatch rows, int first, int row, Place place) {
        for (int i = 0; i < named.size(); i++) {
            Vector column = rows.column(first + i);
            switch (named.get(i)) {
                case PARTITION -> column.setLong(row, place.partition());
                case OFFSET -> column.setLong(row, place.offset());
                case TIMESTAMP -> column.setLong(row, place.timestamp() * 1_000);
                case HEADERS -> {
                    byte[] json = json(place.headers());
                    column.setUtf8(row, json, 0, json.length);
                }
            }
        }
    }

    /// Headers as a JSON object. One that comes more than once has the array of its values.
    private static byte[] json(Headers headers) {
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, Integer> times = new LinkedHashMap<>();
        for (Header header : headers) {
            fields.merge(header.key(), text(header.value()), (some, next) -> some + "," + next);
            times.merge(header.key(), 1, Integer::sum);
        }
        return fields.entrySet().stream()
                .map(field -> JsonText.quoted(field.getKey()) + ":"
                        + (times.getOrDefault(field.getKey(), 1) == 1
                                ? field.getValue()
                                : "[" + field.getValue() + "]"))
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// A header's value: text when it is UTF-8, and else base64, as bytes are in JSON.
    private static String text(byte @Nullable [] value) {
        if (value == null) {
            return "null";
        }
        try {
            return JsonText.quoted(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString());
        } catch (CharacterCodingException notText) {
            return JsonText.quoted(Base64.getEncoder().encodeToString(value));
        }
    }

    /// Puts the columns into values. Belongs to one thread.
    Appender appender() {
        return new Appender(this);
    }

    /// The fields come last, so that they count before others of their names.
    static final class Appender {
        private final SystemColumns system;
        private final RowBatch row;
        private final JsonRowEncoder encoder;

        private Appender(SystemColumns system) {
            this.system = system;
            var schema = new Schema(system.all());
            this.row = RowBatch.forSchema(schema, 1);
            this.encoder = new JsonRowEncoder(schema, 0);
        }

        /// @return the value as it is when it is no JSON object
        byte[] append(byte[] value, Place place) {
            int end = value.length;
            while (end > 0 && isBlank(value[end - 1])) {
                end--;
            }
            if (system.named.isEmpty() || end == 0 || value[end - 1] != '}') {
                return value;
            }
            int last = end - 1;
            while (last > 0 && isBlank(value[last - 1])) {
                last--;
            }
            system.fill(row, 0, 0, place);
            byte[] fields = encoder.encode(row, 0);
            // The opening brace of the fields is in the place of the closing one of the value.
            fields[0] = ',';
            boolean isEmpty = value[Math.max(0, last - 1)] == '{';
            int skipped = isEmpty ? 1 : 0;
            return ByteBuffer.allocate(last + fields.length - skipped)
                    .put(value, 0, last)
                    .put(fields, skipped, fields.length - skipped)
                    .array();
        }

        private static boolean isBlank(byte c) {
            return c == ' ' || c == '\n' || c == '\r' || c == '\t';
        }
    }
}
