package io.alluvium.source.jdbc;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.JsonRowEncoder;
import io.alluvium.format.JsonRowWriter;
import io.alluvium.format.JsonText;
import io.alluvium.format.RowDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns the rows of a result into keys and JSON objects, without making objects of their values where the driver
/// does not. Belongs to one thread.
///
/// A row is read back as the table will read it: so its key is made, and what declared columns cannot take is
/// found. Where no columns are declared, the fields of the key are read back alone.
final class RowEncoder {

    private final String place;
    private final ValueWriter[] writers;
    private final byte[][] names;
    private final List<JdbcColumn> columns;
    private final Schema read;
    private final boolean strict;
    /// Whether all that was written is read back. What a database calls JSON need not be it.
    private final boolean whole;
    /// For each column which of the key it is, or -1.
    private final int[] keyOf;
    /// Where the fields of the key begin and end in the row.
    private final int[] keyPlaces;
    private final int[] keyColumns;
    private final KeyCodec codec;
    private final RowDecoder decoder;
    private final RowBatch row;
    private final RowDecoder keyDecoder;
    private final RowBatch keyRow;
    private final JsonRowEncoder keyText;
    private final JsonRowWriter json = new JsonRowWriter();
    private @Nullable String badColumn;
    private @Nullable String badReason;

    /// @param columns in the order of the result
    /// @param strict whether the types of the columns were declared
    RowEncoder(String place, List<JdbcColumn> columns, List<Column> key, boolean strict) {
        this.place = place;
        this.columns = columns;
        this.strict = strict;
        this.writers = columns.stream().map(JdbcColumn::writer).toArray(ValueWriter[]::new);
        this.names =
                columns.stream().map(c -> JsonText.fieldName(c.column().name())).toArray(byte[][]::new);
        this.read = strict ? new Schema(columns.stream().map(JdbcColumn::column).toList()) : new Schema(key);
        this.keyColumns = key.stream().mapToInt(c -> read.indexOf(c.name())).toArray();
        this.whole = strict || columns.stream().anyMatch(c -> c.column().type().kind() == ColumnType.Kind.JSON);
        var ofKey = new Schema(key);
        this.keyOf =
                columns.stream().mapToInt(c -> ofKey.indexOf(c.column().name())).toArray();
        this.keyPlaces = new int[2 * key.size()];
        this.codec = new KeyCodec(key.stream().map(Column::type).toList());
        this.decoder = new JsonRowDecoder(read, 0, false);
        this.row = RowBatch.forSchema(read, 1);
        this.keyDecoder = new JsonRowDecoder(ofKey, 0, false);
        this.keyRow = RowBatch.forSchema(ofKey, 1);
        this.keyText = new JsonRowEncoder(ofKey, 0);
    }

    /// Adds the result's present row to a batch, as a row or as a bad record.
    ///
    /// @return whether it is a row
    boolean encode(ResultSet result, Batch batch) throws SQLException {
        badColumn = null;
        badReason = null;
        json.begin();
        for (int i = 0; i < writers.length; i++) {
            int from = json.length();
            try {
                writers[i].write(result, i + 1, names[i], json);
            } catch (SQLException e) {
                if (!isAboutTheValue(e)) {
                    throw e;
                }
                refuse(columns.get(i).column().name(), String.valueOf(e.getMessage()));
            }
            if (keyOf[i] >= 0) {
                keyPlaces[2 * keyOf[i]] = from;
                keyPlaces[2 * keyOf[i] + 1] = json.length();
            }
        }
        byte[] value = json.end();
        byte[] key = key(whole ? value : json.part(keyPlaces));
        if (key != null && badReason == null) {
            batch.add(key, value);
            return true;
        }
        byte[] keyOfBad = keyAlone(value);
        byte[] shown = keyOfBad == null ? value : keyText.encode(keyRow, 0);
        batch.bad.add(new Batch.Bad(
                place + " " + new String(shown, StandardCharsets.UTF_8),
                badColumn,
                String.valueOf(badReason),
                value,
                keyOfBad));
        return false;
    }

    /// The key of a row whose other values may not fit their columns; null when it has none.
    private byte @Nullable [] keyAlone(byte[] value) {
        if (!(keyDecoder.decode(value, keyRow, 0) instanceof RowDecoder.Outcome.Decoded)) {
            return null;
        }
        int[] all = IntStream.range(0, keyColumns.length).toArray();
        for (int column : all) {
            if (keyRow.column(column).isNull(0)) {
                return null;
            }
        }
        keyRow.setSize(1);
        return codec.encode(keyRow, all, 0);
    }

    private static boolean isAboutTheValue(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("22");
    }

    private byte @Nullable [] key(byte[] fields) {
        if (decoder.decode(fields, row, 0) instanceof RowDecoder.Outcome.Malformed malformed) {
            refuse(malformed.column(), malformed.reason());
            return null;
        }
        for (int column : keyColumns) {
            if (row.column(column).isNull(0)) {
                refuse(read.column(column).name(), "the key is NULL");
                return null;
            }
        }
        for (int c = 0; strict && c < read.size(); c++) {
            if (!read.column(c).nullable() && row.column(c).isNull(0)) {
                refuse(read.column(c).name(), "it is NULL in a NOT NULL column");
            }
        }
        return codec.encode(row, keyColumns, 0);
    }

    /// The first reason stands.
    private void refuse(@Nullable String column, String reason) {
        if (badReason == null) {
            badColumn = column;
            badReason = reason;
        }
    }
}
