package io.alluvium.table;

import io.alluvium.data.ColumnType;

/// Values of LONG storage, with their zone map.
abstract sealed class WholeData extends ColumnData permits LongData, IntData {

    /// What the zone map takes in the object.
    static final int ZONE_BYTES = 2 * Long.BYTES;

    private volatile long least = Long.MAX_VALUE;
    private volatile long greatest = Long.MIN_VALUE;

    WholeData(ColumnType type) {
        super(type);
    }

    final long least() {
        return least;
    }

    final long greatest() {
        return greatest;
    }

    /// Writer: takes values between these into the zone map.
    final void widen(long low, long high) {
        if (low < least) {
            least = low;
        }
        if (high > greatest) {
            greatest = high;
        }
    }

    @Override
    final boolean mayContain(long from, long to) {
        return greatest >= from && least <= to && least <= greatest;
    }

    final void writeZone(BlockWriter out) {
        out.putLong(least);
        out.putLong(greatest);
    }

    final void readZone(BlockReader in) {
        least = in.getLong();
        greatest = in.getLong();
    }
}
