package io.alluvium.format;

import static io.alluvium.format.JsonScan.UNSURE;

import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads records of the usual form straight from their bytes into the columns of a batch: texts become slices of
/// the record, numbers and times are read from their digits. No object is made but for what has to be stored as
/// one.
///
/// What a record means is said by [JsonRowDecoder] and Jackson alone. This parser either gives exactly what they
/// would, or gives the record up: one that is not JSON to the letter, has a value that does not fit, a field that
/// asks for a column, an escape in a name, or anything else that is not worth a case of its own here.
final class JsonRecordParser {

    /// Larger records, and with them the limits on names, texts and numbers, are Jackson's.
    private static final int LARGEST = 1 << 15;
    private static final int SMALLEST = 8;

    private final JsonField[] fields;
    private final int firstColumn;
    private final Unknown unknown;
    private final Consumer<String> leftOut;
    /// Columns by their names' hashes, plus one; 0 is free.
    private final int[] places;

    /// What becomes of a field without a column that is not null.
    enum Unknown {
        PASSED_OVER,
        TOLD,
        GIVEN_UP
    }

    /// @param leftOut is told the names of fields without a column where they are `TOLD`
    JsonRecordParser(Schema schema, int firstColumn, Unknown unknown, Consumer<String> leftOut) {
        this.firstColumn = firstColumn;
        this.unknown = unknown;
        this.leftOut = leftOut;
        this.fields = new JsonField[schema.size()];
        this.places = new int[Integer.highestOneBit(Math.max(1, schema.size())) * 4];
        for (int i = 0; i < fields.length; i++) {
            Column column = schema.column(i);
            fields[i] = new JsonField(column.name(), column.type());
            byte[] name = column.name().getBytes(StandardCharsets.UTF_8);
            int place = hash(name, 0, name.length);
            while (places[place] != 0) {
                place = (place + 1) & (places.length - 1);
            }
            places[place] = i + 1;
        }
    }

    /// Reads a record into a row, all columns from the first that is in the records on.
    ///
    /// @return false when the record is given up; the row has no meaning then
    boolean parse(byte[] record, RowBatch batch, int row) {
        if (record.length < SMALLEST || record.length > LARGEST) {
            return false;
        }
        int at = JsonScan.space(record, 0);
        if (!JsonScan.is(record, at, '{')) {
            return false;
        }
        at = JsonScan.space(record, at + 1);
        if (JsonScan.is(record, at, '}')) {
            setNull(firstColumn, batch, row);
        } else {
            at = fields(record, at, batch, row);
        }
        return at != UNSURE && JsonScan.space(record, at + 1) == record.length;
    }

    private void setNull(int from, RowBatch batch, int row) {
        for (int c = from; c < fields.length; c++) {
            batch.column(c).setNull(row);
        }
    }

    /// Reads the fields, of which there is at least one, and gives the place of the brace behind them.
    private int fields(byte[] record, int first, RowBatch batch, int row) {
        int at = first;
        int expected = firstColumn;
        // As long as no field stood out of its turn, the columns before the expected one are those that are set.
        boolean inTurn = true;
        while (true) {
            int column;
            if (expected < fields.length && fields[expected].name.isAt(record, at)) {
                column = expected;
                at += fields[column].name.length();
            } else {
                if (inTurn) {
                    inTurn = false;
                    setNull(expected, batch, row);
                }
                int nameEnd = nameEnd(record, at);
                if (nameEnd == UNSURE) {
                    return UNSURE;
                }
                column = column(record, at + 1, nameEnd);
                if (column < 0 && unknown != Unknown.PASSED_OVER && !isAnnounced(record, at + 1, nameEnd)) {
                    return UNSURE;
                }
                at = nameEnd + 1;
            }
            at = valueStart(record, at);
            if (at == UNSURE) {
                return UNSURE;
            }
            if (column >= firstColumn) {
                expected = column + 1;
                at = value(record, at, column, batch, row);
            } else {
                at = JsonScan.value(record, at);
            }
            if (at == UNSURE) {
                return UNSURE;
            }
            if (at < record.length && record[at] <= ' ') {
                at = JsonScan.space(record, at);
            }
            if (JsonScan.is(record, at, ',')) {
                at = JsonScan.space(record, at + 1);
            } else if (JsonScan.is(record, at, '}')) {
                if (inTurn) {
                    setNull(expected, batch, row);
                }
                return at;
            } else {
                return UNSURE;
            }
        }
    }

    /// The place of the quote behind a name; a name that is empty is UNSURE.
    private static int nameEnd(byte[] record, int at) {
        int end = JsonScan.is(record, at, '"') ? JsonScan.text(record, at + 1) : UNSURE;
        return end < 0 || end == at + 1 ? UNSURE : end;
    }

    /// The column of the name that stands in `[from, to)` and is followed by its quote, or -1.
    private int column(byte[] record, int from, int to) {
        int place = hash(record, from, to);
        while (places[place] != 0) {
            JsonFieldName name = fields[places[place] - 1].name;
            if (name.length() == to - from + 2 && name.isAt(record, from - 1)) {
                return places[place] - 1;
            }
            place = (place + 1) & (places.length - 1);
        }
        return -1;
    }

    private int hash(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        return (hash ^ (hash >>> 15)) & (places.length - 1);
    }

    /// Whether a field without a column may be passed over: it is null, or whoever is told of it has been.
    private boolean isAnnounced(byte[] record, int from, int to) {
        int value = valueStart(record, to + 1);
        if (value == UNSURE) {
            return false;
        }
        if (JsonScan.isNull(record, value)) {
            return true;
        }
        if (unknown == Unknown.TOLD) {
            leftOut.accept(new String(Arrays.copyOfRange(record, from, to), StandardCharsets.UTF_8));
            return true;
        }
        return false;
    }

    /// Passes over the colon and the white space around it; there is a byte at the place that it gives.
    private static int valueStart(byte[] record, int behindName) {
        int at = behindName;
        if (!JsonScan.is(record, at, ':')) {
            at = JsonScan.space(record, at);
            if (!JsonScan.is(record, at, ':')) {
                return UNSURE;
            }
        }
        at++;
        if (at < record.length && record[at] <= ' ') {
            at = JsonScan.space(record, at);
        }
        return at < record.length ? at : UNSURE;
    }

    private int value(byte[] record, int at, int column, RowBatch batch, int row) {
        if (record[at] == 'n') {
            batch.column(column).setNull(row);
            return JsonScan.isNull(record, at) ? at + 4 : UNSURE;
        }
        return fields[column].read(record, at, batch.column(column), row);
    }
}
