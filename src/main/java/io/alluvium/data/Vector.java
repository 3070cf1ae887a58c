package io.alluvium.data;

import io.alluvium.data.ColumnType.Storage;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of one column for the rows of a batch, in one array of the type's [Storage], with a flag for each row
/// that is NULL. The value beside a set flag has no meaning.
///
/// Mutable, owned by one thread at a time. The arrays are handed out for loops that must be fast; nobody keeps
/// them.
public final class Vector {

    /// To compare flags with: comparing many at a time is faster than asking for each.
    private static final boolean[] NO_NULLS = new boolean[1024];

    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};
    private static final @Nullable Object[] NO_OBJECTS = {};

    private final ColumnType type;
    private final Storage storage;
    private long[] longs = NO_LONGS;
    private double[] doubles = NO_DOUBLES;
    private @Nullable Object[] objects = NO_OBJECTS;
    private boolean[] nulls;

    public Vector(ColumnType type, int capacity) {
        this.type = type;
        this.storage = type.storage();
        switch (storage) {
            case LONG -> longs = new long[capacity];
            case DOUBLE -> doubles = new double[capacity];
            case OBJECT -> objects = new @Nullable Object[capacity];
        }
        this.nulls = new boolean[capacity];
    }

    public ColumnType type() {
        return type;
    }

    public Storage storage() {
        return storage;
    }

    public int capacity() {
        return nulls.length;
    }

    /// Grows to hold at least `capacity` rows; what is there stays.
    public void ensureCapacity(int capacity) {
        if (capacity <= nulls.length) {
            return;
        }
        int grown = Math.max(capacity, nulls.length * 2);
        switch (storage) {
            case LONG -> longs = Arrays.copyOf(longs, grown);
            case DOUBLE -> doubles = Arrays.copyOf(doubles, grown);
            case OBJECT -> objects = Arrays.copyOf(objects, grown);
        }
        nulls = Arrays.copyOf(nulls, grown);
    }

    public boolean isNull(int row) {
        return nulls[row];
    }

    /// Whether one of the first `rows` rows is NULL.
    public boolean hasNulls(int rows) {
        for (int from = 0; from < rows; from += NO_NULLS.length) {
            int to = Math.min(rows, from + NO_NULLS.length);
            if (Arrays.mismatch(nulls, from, to, NO_NULLS, 0, to - from) >= 0) {
                return true;
            }
        }
        return false;
    }

    public void setNull(int row) {
        nulls[row] = true;
        if (storage == Storage.OBJECT) {
            objects[row] = null;
        }
    }

    public long getLong(int row) {
        return longs[row];
    }

    public void setLong(int row, long value) {
        longs[row] = value;
        nulls[row] = false;
    }

    public double getDouble(int row) {
        return doubles[row];
    }

    public void setDouble(int row, double value) {
        doubles[row] = value;
        nulls[row] = false;
    }

    /// The object at `row`; only where the storage is OBJECT and the row is not NULL.
    public Object getObject(int row) {
        return Objects.requireNonNull(objects[row]);
    }

    public void setObject(int row, Object value) {
        objects[row] = value;
        nulls[row] = false;
    }

    public boolean getBoolean(int row) {
        return longs[row] != 0;
    }

    public void setBoolean(int row, boolean value) {
        setLong(row, value ? 1 : 0);
    }

    public String getText(int row) {
        return (String) getObject(row);
    }

    /// The DECIMAL at `row`, whatever its storage.
    public BigDecimal getDecimal(int row) {
        return storage == Storage.LONG ? BigDecimal.valueOf(longs[row], type.scale()) : (BigDecimal) getObject(row);
    }

    /// Stores a DECIMAL; `value` must have the column's scale or fewer decimals and fit its precision.
    public void setDecimal(int row, BigDecimal value) {
        BigDecimal scaled = value.setScale(type.scale());
        if (storage == Storage.LONG) {
            setLong(row, scaled.unscaledValue().longValueExact());
        } else {
            setObject(row, scaled);
        }
    }

    /// Copies one row of a vector of the same storage.
    public void copyFrom(Vector source, int sourceRow, int row) {
        if (source.nulls[sourceRow]) {
            setNull(row);
            return;
        }
        nulls[row] = false;
        switch (storage) {
            case LONG -> longs[row] = source.longs[sourceRow];
            case DOUBLE -> doubles[row] = source.doubles[sourceRow];
            case OBJECT -> objects[row] = source.objects[sourceRow];
        }
    }

    public long[] longs() {
        return longs;
    }

    public double[] doubles() {
        return doubles;
    }

    public @Nullable Object[] objects() {
        return objects;
    }

    public boolean[] nulls() {
        return nulls;
    }
}
