package io.alluvium.table;

import java.math.BigDecimal;

/// Typed access to one row at a time, without copying it. Columns are places in the view's schema. Used by
/// one thread.
public interface RowReader {

    /// Moves to the row with this key (as [io.alluvium.data.KeyCodec] encodes it).
    ///
    /// @return whether there is one
    boolean find(byte[] key);

    boolean isNull(int column);

    /// The value of a column whose storage is LONG.
    long getLong(int column);

    double getDouble(int column);

    String getText(int column);

    BigDecimal getDecimal(int column);

    /// The value in the form that [io.alluvium.data.Vector#getObject] has, for columns whose storage is
    /// OBJECT.
    Object getObject(int column);

    /// Copies the row into row `target` of `batch`, whose columns are `columns` of the schema.
    void copyTo(io.alluvium.data.RowBatch batch, int target, int[] columns);
}
