package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.metrics.HeapSizes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Text with few distinct values: codes into the column's [Dictionary].
///
/// Codes take one byte each until one of them does not fit, then two: the codes so far are copied into a wider
/// array, which a volatile store puts in the place of the narrower one. A reader that still has the narrower one
/// finds in it every row that its view covers.
final class DictionaryData extends ColumnData {

    private static final int NARROW_CODES = 1 << Byte.SIZE;

    private final Dictionary dictionary;
    /// A `byte[]` or a `char[]`.
    private volatile Object codes;

    DictionaryData(ColumnType type, Dictionary dictionary) {
        super(type);
        this.dictionary = dictionary;
        this.codes = dictionary.size() > NARROW_CODES ? new char[0] : new byte[0];
    }

    @Override
    void ensureCapacity(int rows) {
        if (codes instanceof byte[] narrow) {
            if (rows > narrow.length) {
                codes = Arrays.copyOf(narrow, grownCapacity(narrow.length, rows));
            }
        } else {
            char[] wide = (char[]) codes;
            if (rows > wide.length) {
                codes = Arrays.copyOf(wide, grownCapacity(wide.length, rows));
            }
        }
    }

    @Override
    void appendAll(Vector source, int[] sources, int count, int at) {
        for (int i = 0; i < count; i++) {
            int row = sources[i];
            if (row < 0 || source.isNull(row)) {
                setNull(at + i);
            } else {
                set(at + i, source, row);
            }
        }
    }

    private void set(int row, Vector source, int sourceRow) {
        put(
                row,
                source.isUtf8(sourceRow)
                        ? dictionary.code(
                                source.utf8Source(sourceRow), source.utf8From(sourceRow), source.utf8Length(sourceRow))
                        : dictionary.code(source.getText(sourceRow)));
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        boolean shared = source instanceof DictionaryData other && other.dictionary == dictionary;
        put(
                row,
                shared
                        ? ((DictionaryData) source).code(sourceRow)
                        : dictionary.code((String) source.getObject(sourceRow)));
    }

    private void put(int row, int code) {
        if (codes instanceof byte[] narrow) {
            if (code < NARROW_CODES) {
                narrow[row] = (byte) code;
                return;
            }
            codes = widened(narrow);
        }
        ((char[]) codes)[row] = (char) code;
    }

    private static char[] widened(byte[] narrow) {
        char[] wide = new char[narrow.length];
        for (int i = 0; i < narrow.length; i++) {
            wide[i] = (char) (narrow[i] & 0xFF);
        }
        return wide;
    }

    private int code(int row) {
        return codes instanceof byte[] narrow ? narrow[row] & 0xFF : ((char[]) codes)[row];
    }

    @Override
    Object getObject(int row) {
        return dictionary.text(code(row));
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setObject(targetRow, dictionary.text(code(row)));
    }

    @Override
    void readDenseRange(int from, int count, Vector target, int targetRow) {
        Object read = codes;
        @Nullable String[] texts = dictionary.texts();
        @Nullable Object[] to = target.objects();
        if (read instanceof byte[] narrow) {
            for (int i = 0; i < count; i++) {
                to[targetRow + i] = Objects.requireNonNull(texts[narrow[from + i] & 0xFF]);
            }
        } else {
            char[] wide = (char[]) read;
            for (int i = 0; i < count; i++) {
                to[targetRow + i] = Objects.requireNonNull(texts[wide[from + i]]);
            }
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    void readDenseRows(int[] rows, int count, Vector target, int targetRow) {
        Object read = codes;
        @Nullable String[] texts = dictionary.texts();
        @Nullable Object[] to = target.objects();
        if (read instanceof byte[] narrow) {
            for (int i = 0; i < count; i++) {
                to[targetRow + i] = Objects.requireNonNull(texts[narrow[rows[i]] & 0xFF]);
            }
        } else {
            char[] wide = (char[]) read;
            for (int i = 0; i < count; i++) {
                to[targetRow + i] = Objects.requireNonNull(texts[wide[rows[i]]]);
            }
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.CODES, out);
        writeNulls(out, rows);
        if (codes instanceof byte[] narrow) {
            out.putByte(Byte.BYTES);
            out.putBytes(narrow, 0, rows);
        } else {
            out.putByte(Character.BYTES);
            out.putChars((char[]) codes, rows);
        }
    }

    static DictionaryData read(BlockReader in, ColumnType type, int rows, Dictionary dictionary) {
        var read = new DictionaryData(type, dictionary);
        read.readNulls(in, rows);
        int width = in.getByte();
        read.codes = switch (width) {
            case Byte.BYTES -> in.getBytes(rows);
            case Character.BYTES -> in.getChars(rows);
            default -> throw new IllegalStateException("codes of " + width + " bytes");
        };
        return read;
    }

    Dictionary dictionary() {
        return dictionary;
    }

    @Override
    long bytes() {
        Object present = codes;
        return shellBytes(2, 0)
                + (present instanceof byte[] narrow
                        ? HeapSizes.bytes(narrow.length)
                        : HeapSizes.array(((char[]) present).length, Character.BYTES));
    }
}
