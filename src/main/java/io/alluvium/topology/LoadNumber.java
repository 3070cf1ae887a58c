package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import java.util.Map;

/// How often a table was loaded anew by the same definition. It is kept over restarts from when the latest load is
/// done. Used by the table's thread.
final class LoadNumber {

    private static final String KEY = "load";

    private final PositionTopic positions;
    private final TableName table;
    private int kept = -1;
    private int now;

    LoadNumber(PositionTopic positions, TableName table) {
        this.positions = positions;
        this.table = table;
    }

    int read() {
        if (kept < 0) {
            kept = positions
                    .read(table, KEY)
                    .map(entry -> Integer.parseInt(entry.position().parts().getOrDefault(KEY, "0")))
                    .orElse(0);
            now = kept;
        }
        return now;
    }

    void next() {
        now = read() + 1;
    }

    void keep() {
        if (now != kept) {
            positions.write(
                    table, new PositionTopic.Entry(KEY, new Position(Map.of(KEY, Integer.toString(now))), true));
            kept = now;
        }
    }
}
