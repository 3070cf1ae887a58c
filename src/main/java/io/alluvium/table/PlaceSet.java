package io.alluvium.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Some places of one chunk, at least one. Immutable: the places in order while they are few, else one bit a place.
final class PlaceSet {

    private static final int WORDS = Chunk.ROWS / Long.SIZE;
    /// From here on a bitmap takes no more than the places would.
    private static final int MAX_FEW = Chunk.ROWS / Short.SIZE;

    private final short @Nullable [] few;
    private final long @Nullable [] bits;
    private final int count;

    private PlaceSet(short @Nullable [] few, long @Nullable [] bits, int count) {
        this.few = few;
        this.bits = bits;
        this.count = count;
    }

    private static @Nullable PlaceSet of(long[] bits) {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        if (count == 0) {
            return null;
        }
        return count > MAX_FEW ? new PlaceSet(null, bits, count) : new PlaceSet(places(bits, count), null, count);
    }

    private static short[] places(long[] bits, int count) {
        short[] places = new short[count];
        int at = 0;
        for (int i = 0; i < WORDS; i++) {
            for (long word = bits[i]; word != 0; word &= word - 1) {
                places[at++] = (short) ((i << 6) + Long.numberOfTrailingZeros(word));
            }
        }
        return places;
    }

    int count() {
        return count;
    }

    boolean contains(int place) {
        return bits != null
                ? (bits[place >>> 6] & (1L << place)) != 0
                : few != null && Arrays.binarySearch(few, (short) place) >= 0;
    }

    /// Copies the places in order, which takes an array of [Chunk#ROWS], and returns how many there are.
    int copyTo(int[] places) {
        if (few != null) {
            for (int i = 0; i < few.length; i++) {
                places[i] = few[i];
            }
        } else if (bits != null) {
            int at = 0;
            for (int i = 0; i < WORDS; i++) {
                for (long word = bits[i]; word != 0; word &= word - 1) {
                    places[at++] = (i << 6) + Long.numberOfTrailingZeros(word);
                }
            }
        }
        return count;
    }

    private long[] toBits() {
        long[] made = new long[WORDS];
        if (bits != null) {
            System.arraycopy(bits, 0, made, 0, WORDS);
        } else if (few != null) {
            for (short place : few) {
                made[place >>> 6] |= 1L << place;
            }
        }
        return made;
    }

    @Nullable
    PlaceSet and(PlaceSet other) {
        if (few != null) {
            return other.chosenOf(few, true);
        }
        if (other.few != null) {
            return chosenOf(other.few, true);
        }
        long[] result = toBits();
        long[] others = other.toBits();
        for (int i = 0; i < WORDS; i++) {
            result[i] &= others[i];
        }
        return of(result);
    }

    PlaceSet or(PlaceSet other) {
        long[] result = toBits();
        long[] others = other.toBits();
        for (int i = 0; i < WORDS; i++) {
            result[i] |= others[i];
        }
        PlaceSet united = of(result);
        return united == null ? this : united;
    }

    @Nullable
    PlaceSet andNot(PlaceSet other) {
        if (few != null) {
            return other.chosenOf(few, false);
        }
        long[] result = toBits();
        long[] others = other.toBits();
        for (int i = 0; i < WORDS; i++) {
            result[i] &= ~others[i];
        }
        return of(result);
    }

    /// Those of some places that are here, or that are not.
    private @Nullable PlaceSet chosenOf(short[] places, boolean areHere) {
        short[] chosen = new short[places.length];
        int kept = 0;
        for (short place : places) {
            chosen[kept] = place;
            kept += contains(place) == areHere ? 1 : 0;
        }
        return kept == 0 ? null : new PlaceSet(Arrays.copyOf(chosen, kept), null, kept);
    }

    /// Takes places of one chunk in any order, each as often as it comes.
    static final class Builder {
        private short[] places = new short[4];
        private int size;
        private long @Nullable [] bits;

        void add(int place) {
            if (bits != null) {
                bits[place >>> 6] |= 1L << place;
                return;
            }
            if (size == places.length) {
                if (size == MAX_FEW) {
                    bits = spread();
                    bits[place >>> 6] |= 1L << place;
                    return;
                }
                places = Arrays.copyOf(places, size * 2);
            }
            places[size++] = (short) place;
        }

        private long[] spread() {
            long[] made = new long[WORDS];
            for (int i = 0; i < size; i++) {
                made[places[i] >>> 6] |= 1L << places[i];
            }
            return made;
        }

        @Nullable
        PlaceSet build() {
            if (bits != null) {
                return of(bits);
            }
            Arrays.sort(places, 0, size);
            int kept = 0;
            for (int i = 0; i < size; i++) {
                if (i == 0 || places[i] != places[i - 1]) {
                    places[kept++] = places[i];
                }
            }
            return kept == 0 ? null : new PlaceSet(Arrays.copyOf(places, kept), null, kept);
        }
    }
}
