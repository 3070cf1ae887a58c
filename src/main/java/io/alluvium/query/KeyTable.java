package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/// The distinct keys among rows, numbered from 0 as they come. NULL is a value that equals itself, as are NaN
/// and the two zeros.
///
/// Layout: `slots` is an open-addressing table with linear probing that holds the number of a key plus one;
/// its length is a power of two and at least twice the number of keys. `hashes` holds the hash of each key by
/// number, so that most unequal keys are told apart without looking at them and growing hashes nothing anew.
final class KeyTable {

    private static final int FIRST_SLOTS = 64;
    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long NULL_HASH = 0x5bd1e995L;

    private final RowBuffer keys;
    private final MemoryBudget memory;
    private int[] slots = new int[FIRST_SLOTS];
    private int[] hashes = new int[FIRST_SLOTS / 2];
    private long taken;

    KeyTable(List<ColumnType> types, MemoryBudget memory) {
        this.keys = new RowBuffer(types, memory);
        this.memory = memory;
    }

    int size() {
        return keys.size();
    }

    RowBuffer keys() {
        return keys;
    }

    /// Computes the hash of each selected row into `out` at the row's place.
    static void hash(List<Vector> columns, Selection rows, int[] out) {
        Arrays.fill(out, 0, rows.end(), 0);
        for (Vector column : columns) {
            boolean[] nulls = column.nulls();
            if (column.storage() == Storage.LONG) {
                long[] values = column.longs();
                for (int i = 0; i < rows.size(); i++) {
                    int row = rows.row(i);
                    out[row] = mix((nulls[row] ? NULL_HASH : values[row]) + out[row] * SEED);
                }
            } else {
                for (int i = 0; i < rows.size(); i++) {
                    int row = rows.row(i);
                    out[row] = mix((nulls[row] ? NULL_HASH : bits(column, row)) + out[row] * SEED);
                }
            }
        }
    }

    private static long bits(Vector column, int row) {
        return switch (column.storage()) {
            case LONG -> column.getLong(row);
            case DOUBLE -> Double.doubleToLongBits(column.getDouble(row) + 0.0);
            case OBJECT ->
                switch (column.getObject(row)) {
                    case BigDecimal decimal -> decimal.stripTrailingZeros().hashCode();
                    case byte[] bytes -> Arrays.hashCode(bytes);
                    case Object other -> other.hashCode();
                };
        };
    }

    /// The finalizer of MurmurHash3.
    private static int mix(long value) {
        long h = value ^ (value >>> 33);
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return (int) (h ^ (h >>> 32));
    }

    /// The number of the key in a row, -1 when there is none.
    int find(List<Vector> columns, int row, int hash) {
        int mask = slots.length - 1;
        for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
            int number = slots[slot] - 1;
            if (number < 0) {
                return -1;
            }
            if (hashes[number] == hash && isSame(number, columns, row)) {
                return number;
            }
        }
    }

    /// The number of the key in a row, which is [#size()] as it was before when the key is new.
    int add(List<Vector> columns, int row, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        for (int number = slots[slot] - 1; number >= 0; number = slots[slot] - 1) {
            if (hashes[number] == hash && isSame(number, columns, row)) {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        int number = keys.size();
        if (number == hashes.length) {
            grow();
            return add(columns, row, hash);
        }
        keys.append(columns, row);
        hashes[number] = hash;
        slots[slot] = number + 1;
        return number;
    }

    /// Adds the keys of all selected rows.
    ///
    /// @param hashOf the hash of each row, at the row's place
    /// @param numbers gets the number of each row's key, at the row's place
    void addAll(List<Vector> columns, Selection rows, int[] hashOf, int[] numbers) {
        if (columns.size() == 1 && columns.getFirst().storage() == Storage.LONG) {
            addAllLongs(columns, rows, hashOf, numbers);
            return;
        }
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            numbers[row] = add(columns, row, hashOf[row]);
        }
    }

    private void addAllLongs(List<Vector> columns, Selection rows, int[] hashOf, int[] numbers) {
        long[] values = columns.getFirst().longs();
        boolean[] nulls = columns.getFirst().nulls();
        Vector known = keys.column(0);
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            int number = slots[hashOf[row] & (slots.length - 1)] - 1;
            boolean found =
                    number >= 0 && !nulls[row] && known.longs()[number] == values[row] && !known.nulls()[number];
            numbers[row] = found ? number : add(columns, row, hashOf[row]);
        }
    }

    private void grow() {
        long bytes = 8L * slots.length;
        taken += bytes;
        memory.take(bytes);
        hashes = Arrays.copyOf(hashes, hashes.length * 2);
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int number = 0; number < keys.size(); number++) {
            int slot = hashes[number] & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = number + 1;
        }
    }

    private boolean isSame(int number, List<Vector> columns, int row) {
        for (int c = 0; c < columns.size(); c++) {
            if (!isSame(keys.column(c), number, columns.get(c), row)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(Vector a, int rowA, Vector b, int rowB) {
        if (a.isNull(rowA) || b.isNull(rowB)) {
            return a.isNull(rowA) == b.isNull(rowB);
        }
        return switch (a.storage()) {
            case LONG -> a.getLong(rowA) == b.getLong(rowB);
            case DOUBLE -> ValueOrder.compare(a.getDouble(rowA), b.getDouble(rowB)) == 0;
            case OBJECT ->
                isIdentity(a.type().kind())
                        ? a.getObject(rowA).equals(b.objects()[rowB])
                        : ValueOrder.compare(a, rowA, b, rowB) == 0;
        };
    }

    private static boolean isIdentity(Kind kind) {
        return kind == Kind.VARCHAR || kind == Kind.JSON || kind == Kind.UUID;
    }

    void clear() {
        memory.giveBack(taken);
        taken = 0;
        keys.clear();
        slots = new int[FIRST_SLOTS];
        hashes = new int[FIRST_SLOTS / 2];
    }
}
