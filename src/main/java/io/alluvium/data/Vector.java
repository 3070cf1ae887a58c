package io.alluvium.data;

import io.alluvium.data.ColumnType.Storage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of one column for the rows of a batch, in one array of the type's [Storage], with a flag for each row
/// that is NULL. The value beside a set flag has no meaning.
///
/// A text or JSON may also be given as a slice of UTF-8 in somebody's array, which must not change then. Whoever
/// asks for the object gets a String, made when it is first asked for; whoever can do with bytes takes the slice.
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
    /// Null until the first slice comes. Where a row has a slice and an object, they are the same text.
    private @Nullable Utf8Slices slices;

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
        if (slices != null) {
            slices.setCapacity(grown);
        }
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
        Object value = objects[row];
        return value != null ? value : sliced(row);
    }

    private Object sliced(int row) {
        String text = Objects.requireNonNull(slices).text(row);
        objects[row] = text;
        return text;
    }

    public void setObject(int row, Object value) {
        objects[row] = value;
        nulls[row] = false;
        if (slices != null) {
            slices.clear(row);
        }
    }

    /// Sets a text or JSON to `length` bytes of valid UTF-8, which are not copied and stay as they are until the
    /// row is set again.
    public void setUtf8(int row, byte[] source, int from, int length) {
        if (slices == null) {
            slices = new Utf8Slices(nulls.length);
        }
        slices.set(row, source, from, length);
        objects[row] = null;
        nulls[row] = false;
    }

    /// Whether the row, which is not NULL, has its text as a slice of UTF-8.
    public boolean isUtf8(int row) {
        return slices != null && slices.has(row);
    }

    /// The array that the row's slice lies in, from [#utf8From] on for [#utf8Length] bytes; only where [#isUtf8].
    public byte[] utf8Source(int row) {
        return Objects.requireNonNull(slices).source(row);
    }

    public int utf8From(int row) {
        return Objects.requireNonNull(slices).from(row);
    }

    public int utf8Length(int row) {
        return Objects.requireNonNull(slices).length(row);
    }

    /// The text or JSON at `row` in UTF-8, in an array of its own.
    public byte[] getUtf8(int row) {
        if (isUtf8(row)) {
            int from = utf8From(row);
            return Arrays.copyOfRange(utf8Source(row), from, from + utf8Length(row));
        }
        return getText(row).getBytes(StandardCharsets.UTF_8);
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
            case OBJECT -> copyObject(source, sourceRow, row);
        }
    }

    private void copyObject(Vector source, int sourceRow, int row) {
        Object value = source.objects[sourceRow];
        objects[row] = value == null && source.isUtf8(sourceRow) ? source.sliced(sourceRow) : value;
        if (slices != null) {
            slices.clear(row);
        }
    }

    public long[] longs() {
        return longs;
    }

    public double[] doubles() {
        return doubles;
    }

    /// The objects of all rows. What was given as UTF-8 are Strings then, and no row is a slice any more.
    public @Nullable Object[] objects() {
        if (slices != null) {
            slices.moveInto(objects, nulls);
        }
        return objects;
    }

    public boolean[] nulls() {
        return nulls;
    }
}
