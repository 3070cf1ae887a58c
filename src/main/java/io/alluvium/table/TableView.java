package io.alluvium.table;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a table at one moment per partition. Immutable; safe from any thread; holds memory while it is
/// reachable.
public interface TableView {

    long NO_ROW = -1;

    Schema schema();

    /// The places of the key's columns in [#schema()], in key order.
    int[] keyColumns();

    /// Where the rows are kept, as the option `table.storage` calls it.
    default String storage() {
        return "memory";
    }

    long rows();

    /// Reads every row once, in no particular order.
    ///
    /// @param columns the places in [#schema()] of the columns wanted, in the order that the batches shall
    ///     have
    Scan scan(int[] columns);

    default List<IndexDefinition> indexes() {
        return List.of();
    }

    /// Reads the rows that are in any of the ranges of an index, each once, in no particular order.
    ///
    /// @param index one of [#indexes()]
    /// @param columns as for [#scan(int[])]
    default Scan scan(IndexDefinition index, List<IndexRange> ranges, int[] columns) {
        throw noIndex(index);
    }

    /// Reads the rows that are in a range of an index, or all rows, in the order of the index's columns. NULL is
    /// above all other values: last in ascending order, first in descending order. Rows that are not asked for cost
    /// nothing, but those of [#unindexedRows] are sorted first.
    ///
    /// @param index one of [#indexes()] that is ordered
    /// @param range null for all rows
    default Scan scanOrdered(IndexDefinition index, @Nullable IndexRange range, boolean descending, int[] columns) {
        throw noIndex(index);
    }

    /// The rows that are in any of the ranges of an index.
    default RowSet rows(IndexDefinition index, List<IndexRange> ranges) {
        throw noIndex(index);
    }

    /// Reads the rows of a set that [#rows(IndexDefinition, List)] of this view made, in no particular order.
    default Scan scan(RowSet rows, int[] columns) {
        throw new IllegalArgumentException("the set is of another view");
    }

    /// How many rows are in the ranges at the most; cheap. Counted with them are rows that are dead or in several
    /// of the ranges, and [#unindexedRows].
    default long estimate(IndexDefinition index, List<IndexRange> ranges) {
        throw noIndex(index);
    }

    /// How many rows, dead ones included, an index has not taken in yet, so that each of them is looked at in every
    /// search: the latest ones, and many while an index over many rows is new.
    default long unindexedRows(IndexDefinition index) {
        throw noIndex(index);
    }

    private static IllegalArgumentException noIndex(IndexDefinition index) {
        return new IllegalArgumentException("this view has no index " + index);
    }

    /// As [#scan(int[])], but it may leave out rows that do not lie in all of the ranges: what it leaves out is
    /// decided chunk by chunk, so that the caller still asks of each row.
    default Scan scan(int[] columns, List<ColumnRange> ranges) {
        return scan(columns);
    }

    /// The number of the row with this key (as [io.alluvium.data.KeyCodec] encodes it), or [#NO_ROW]. A number
    /// means a row in this view alone.
    long find(byte[] key);

    /// The numbers of the rows with the first `count` of these keys, as [#find(byte[])] gives them, into
    /// `rows`. Several times as fast as one by one, because the waits for memory overlap.
    void find(byte[][] keys, int count, long[] rows);

    boolean isNull(long row, int column);

    /// The value of a column whose storage is LONG.
    long getLong(long row, int column);

    double getDouble(long row, int column);

    String getText(long row, int column);

    BigDecimal getDecimal(long row, int column);

    /// The value in the form that [io.alluvium.data.Vector#getObject] has, for columns whose storage is OBJECT.
    Object getObject(long row, int column);

    /// Copies a row into row `target` of `batch`, whose columns are `columns` of the schema.
    void copy(long row, RowBatch batch, int target, int[] columns);

    /// Copies the first `count` of these rows into the rows of `batch` from 0 on.
    default void copy(long[] rows, int count, RowBatch batch, int[] columns) {
        for (int i = 0; i < count; i++) {
            copy(rows[i], batch, i, columns);
        }
    }

    /// A pass over the rows.
    interface Scan {
        /// The next rows, or null at the end. The batch and its vectors are overwritten by the next call.
        @Nullable
        RowBatch next();

        /// How many rows it has passed over so far without reading them, because of ranges.
        default long skippedRows() {
            return 0;
        }
    }
}
