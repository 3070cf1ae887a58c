package io.alluvium.table;

/// A condition that a scan may use to leave chunks out: a row counts only if the value of a column lies in
/// `[from, to]`, ends included. NULL lies in no range.
///
/// @param column its place in the table's schema
/// @param from for a column of LONG storage; for one of DOUBLE storage `fromDouble` counts
public record ColumnRange(int column, boolean isDouble, long from, long to, double fromDouble, double toDouble) {

    public static ColumnRange ofLongs(int column, long from, long to) {
        return new ColumnRange(column, false, from, to, 0, 0);
    }

    /// NaN is above all other numbers.
    public static ColumnRange ofDoubles(int column, double from, double to) {
        return new ColumnRange(column, true, 0, 0, from, to);
    }

    boolean mayHoldIn(ChunkView chunk) {
        ColumnData data = chunk.columns[column];
        return isDouble ? data.mayContain(fromDouble, toDouble) : data.mayContain(from, to);
    }
}
