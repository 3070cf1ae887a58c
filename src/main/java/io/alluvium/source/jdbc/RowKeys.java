package io.alluvium.source.jdbc;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.JsonRowWriter;
import io.alluvium.format.JsonText;
import io.alluvium.format.RowDecoder;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes keys of what a log says of rows, equal to those that [RowEncoder] makes of the rows. Belongs to one
/// thread.
final class RowKeys {

    private final List<Column> key;
    private final byte[][] names;
    private final KeyCodec codec;
    private final RowDecoder decoder;
    private final RowBatch row;
    private final int[] all;
    private final JsonRowWriter json = new JsonRowWriter();

    /// A key, and the values of its columns to look the row up with.
    static final class Key {
        private final byte[] bytes;
        private final List<Object> values;

        Key(byte[] bytes, List<Object> values) {
            this.bytes = bytes;
            this.values = List.copyOf(values);
        }

        byte[] bytes() {
            return bytes;
        }

        List<Object> values() {
            return values;
        }
    }

    RowKeys(List<Column> key) {
        this.key = key;
        this.names = key.stream().map(c -> JsonText.fieldName(c.name())).toArray(byte[][]::new);
        this.codec = new KeyCodec(key.stream().map(Column::type).toList());
        var schema = new Schema(key);
        this.decoder = new JsonRowDecoder(schema, 0, false);
        this.row = RowBatch.forSchema(schema, 1);
        this.all = IntStream.range(0, key.size()).toArray();
    }

    /// The key of a row; empty when one of its columns is not there, NULL or beyond its type.
    Optional<Key> of(Map<String, @Nullable Object> columns) {
        List<Object> values = new ArrayList<>();
        json.begin();
        for (int i = 0; i < names.length; i++) {
            Object value = value(columns, key.get(i));
            if (value == null) {
                return Optional.empty();
            }
            values.add(value);
            json.name(names[i]);
            write(value);
        }
        if (!(decoder.decode(json.end(), row, 0) instanceof RowDecoder.Outcome.Decoded)) {
            return Optional.empty();
        }
        for (int column : all) {
            if (row.column(column).isNull(0)) {
                return Optional.empty();
            }
        }
        row.setSize(1);
        return Optional.of(new Key(codec.encode(row, all, 0), values));
    }

    private static @Nullable Object value(Map<String, @Nullable Object> columns, Column column) {
        Object value = columns.get(column.name());
        if (value == null) {
            value = columns.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(column.name()) && e.getValue() != null)
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        if (value instanceof String text && column.type().kind() == ColumnType.Kind.DECIMAL) {
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException e) {
                return null;
            }
        }
        if (value instanceof Long number && column.type().kind() == ColumnType.Kind.BOOLEAN) {
            return number != 0;
        }
        return value;
    }

    private void write(Object value) {
        switch (value) {
            case Long number -> json.number(number);
            case BigDecimal number -> json.number(number);
            case Double number -> json.number(number);
            case Boolean flag -> json.flag(flag);
            case byte[] bytes -> json.base64(bytes);
            case LocalDate date -> json.date(date);
            case LocalDateTime stamp -> json.timestamp(stamp, false);
            case OffsetDateTime moment ->
                json.timestamp(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), true);
            case LocalTime time -> json.text(time.toString());
            default -> json.text(value.toString());
        }
    }
}
