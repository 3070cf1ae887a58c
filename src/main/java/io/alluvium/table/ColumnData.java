package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.Vector;
import io.alluvium.metrics.HeapSizes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The values of one column in one chunk.
///
/// The writer appends; what it has appended never changes. A reader may touch the rows that its view covers and no
/// others. Arrays grow up to the chunk's size, so that a small table is small; a grown array is published by a
/// volatile store, and the view's own volatile store covers everything that was written into it before.
///
/// Zone map: the least and the greatest value and how many rows are NULL, of all versions, dead ones included. They
/// only ever widen and grow, and they do so before the view with the rows is published; a reader may see what they
/// became later, which rules out less.
abstract sealed class ColumnData permits WholeData, DoubleData, DictionaryData, BytesData, KeyData, AbsentData {

    private static final int FIRST_CAPACITY = 64;
    private static final AtomicLong SERIALS = new AtomicLong();

    /// How the values lie in a block of a snapshot: the byte that they begin with.
    enum Form {
        LONGS(0),
        INTS(1),
        DOUBLES(2),
        CODES(3),
        BYTES(4),
        KEY(5),
        ABSENT(6);

        private final int code;

        Form(int code) {
            this.code = code;
        }

        private static Form of(int code) {
            for (Form form : values()) {
                if (form.code == code) {
                    return form;
                }
            }
            throw new IllegalStateException("a column of the form " + code);
        }
    }

    final ColumnType type;
    /// Tells it from every other column of a chunk that there ever is in this process.
    final long serial = SERIALS.incrementAndGet();
    private volatile long @Nullable [] nulls;
    private int nullCount;

    ColumnData(ColumnType type) {
        this.type = type;
    }

    /// Storage for a new chunk. `keyText` is given where the column is the table's single text key.
    static ColumnData create(ColumnType type, @Nullable Keys keyText, @Nullable Dictionary dictionary) {
        if (keyText != null) {
            return new KeyData(type, keyText);
        }
        return switch (type.storage()) {
            case LONG -> isNarrow(type) ? new IntData(type) : new LongData(type);
            case DOUBLE -> new DoubleData(type);
            case OBJECT ->
                dictionary != null && dictionary.isWorthwhile()
                        ? new DictionaryData(type, dictionary)
                        : new BytesData(type);
        };
    }

    private static boolean isNarrow(ColumnType type) {
        return type.kind() == Kind.BOOLEAN || type.kind() == Kind.INTEGER || type.kind() == Kind.DATE;
    }

    /// Writer: stores rows `sources[0..count)` of `vector` at `at`, `at + 1`, …; a source of -1 is NULL.
    final void append(Vector vector, int[] sources, int count, int at) {
        ensureCapacity(at + count);
        appendAll(vector, sources, count, at);
    }

    /// Writer: stores row `sourceRow` of the same column in another chunk at `at`.
    final void appendFrom(ColumnData source, int sourceRow, int at) {
        ensureCapacity(at + 1);
        if (source.isNull(sourceRow)) {
            setNull(at);
        } else {
            setFrom(at, source, sourceRow);
        }
    }

    abstract void ensureCapacity(int rows);

    /// Does what [#append] does, in arrays that have room.
    abstract void appendAll(Vector source, int[] sources, int count, int at);

    abstract void setFrom(int row, ColumnData source, int sourceRow);

    /// Copies a value that is not NULL into a vector of the column's type.
    abstract void read(int row, Vector target, int targetRow);

    /// The heap that it takes, in bytes.
    abstract long bytes();

    /// Writes its [Form], its zone map, and the first `rows` rows, which the caller's view covers. From any thread.
    abstract void write(BlockWriter out, int rows);

    /// Reads what [#write] wrote.
    static ColumnData read(BlockReader in, ColumnType type, int rows, Keys keys, @Nullable Dictionary dictionary) {
        return switch (Form.of(in.getByte())) {
            case LONGS -> LongData.read(in, type, rows);
            case INTS -> IntData.read(in, type, rows);
            case DOUBLES -> DoubleData.read(in, type, rows);
            case CODES -> DictionaryData.read(in, type, rows, Objects.requireNonNull(dictionary));
            case BYTES -> BytesData.read(in, type, rows);
            case KEY -> new KeyData(type, keys);
            case ABSENT -> new AbsentData(type);
        };
    }

    static void writeForm(Form form, BlockWriter out) {
        out.putByte(form.code);
    }

    final void writeNulls(BlockWriter out, int rows) {
        long[] bits = nulls;
        out.putByte(bits == null ? 0 : 1);
        if (bits != null) {
            out.putInt(nullCount);
            out.putBits(bits, rows);
        }
    }

    final void readNulls(BlockReader in, int rows) {
        if (in.getByte() != 0) {
            nullCount = in.getInt();
            nulls = in.getBits(rows);
        }
    }

    boolean isNull(int row) {
        long[] bits = nulls;
        return bits != null && (bits[row >>> 6] & (1L << row)) != 0;
    }

    void setNull(int row) {
        long[] bits = nulls;
        if (bits == null) {
            bits = new long[Chunk.ROWS / Long.SIZE];
            nulls = bits;
        }
        bits[row >>> 6] |= 1L << row;
        nullCount++;
    }

    final boolean hasNulls() {
        return nulls != null;
    }

    /// How many rows are NULL at the most; the versions that are deletions count as well.
    int mostNulls() {
        return nullCount;
    }

    /// Whether a row that is not NULL may have a value of LONG storage in `[from, to]`.
    boolean mayContain(long from, long to) {
        return true;
    }

    /// Whether a row that is not NULL may have a value of DOUBLE storage in `[from, to]`, where NaN is above all
    /// others.
    boolean mayContain(double from, double to) {
        return true;
    }

    /// What the object takes with its null bits.
    ///
    /// @param references how many fields that are references its own class has
    /// @param bytes what the other fields of its own class take
    final long shellBytes(int references, int bytes) {
        return HeapSizes.object(2 + references, Integer.BYTES + Long.BYTES + bytes)
                + (nulls == null ? 0 : HeapSizes.longs(Chunk.ROWS / Long.SIZE));
    }

    long getLong(int row) {
        throw wrongStorage(Storage.LONG);
    }

    double getDouble(int row) {
        throw wrongStorage(Storage.DOUBLE);
    }

    Object getObject(int row) {
        throw wrongStorage(Storage.OBJECT);
    }

    /// The values as bytes, for a column that keeps them so; NULL has no meaning there.
    @Nullable
    Bytes byteStrings() {
        return null;
    }

    /// Copies rows into a vector: from row `from` on, `count` rows, to the vector's rows from `target` on.
    final void readRange(int from, int count, Vector target, int targetRow) {
        if (hasNulls()) {
            readRangeOneByOne(from, count, target, targetRow);
        } else {
            readDenseRange(from, count, target, targetRow);
        }
    }

    /// Copies the rows `rows[0..count)` to the vector's rows from `target` on.
    final void readRows(int[] rows, int count, Vector target, int targetRow) {
        if (hasNulls()) {
            readRowsOneByOne(rows, count, target, targetRow);
        } else {
            readDenseRows(rows, count, target, targetRow);
        }
    }

    /// As [#readRange] where no row has its bit set among `nulls`.
    void readDenseRange(int from, int count, Vector target, int targetRow) {
        readRangeOneByOne(from, count, target, targetRow);
    }

    /// As [#readRows] where no row has its bit set among `nulls`.
    void readDenseRows(int[] rows, int count, Vector target, int targetRow) {
        readRowsOneByOne(rows, count, target, targetRow);
    }

    private void readRangeOneByOne(int from, int count, Vector target, int targetRow) {
        for (int i = 0; i < count; i++) {
            readOrNull(from + i, target, targetRow + i);
        }
    }

    private void readRowsOneByOne(int[] rows, int count, Vector target, int targetRow) {
        for (int i = 0; i < count; i++) {
            readOrNull(rows[i], target, targetRow + i);
        }
    }

    final void readOrNull(int row, Vector target, int targetRow) {
        if (isNull(row)) {
            target.setNull(targetRow);
        } else {
            read(row, target, targetRow);
        }
    }

    static int grownCapacity(int present, int wanted) {
        return Math.min(Chunk.ROWS, Math.max(Math.max(FIRST_CAPACITY, wanted), present * 2));
    }

    private IllegalStateException wrongStorage(Storage storage) {
        return new IllegalStateException("a " + type + " column has no " + storage + " values");
    }

    static void clearNulls(Vector target, int from, int count) {
        Arrays.fill(target.nulls(), from, from + count, false);
    }
}
