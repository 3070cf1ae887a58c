package io.alluvium.table;

import io.alluvium.data.Schema;
import io.alluvium.metrics.HeapSizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Up to [#ROWS] row versions of one partition, column by column, in the order in which they came.
///
/// A row's id is `number × ROWS + place`. Numbers only grow, so that of two versions the one with the greater id is
/// the later one. The chunk is filled once by the writer; whether a version is still alive is not told here but in
/// its [Deaths].
final class Chunk {

    static final int ROWS_LOG2 = 12;
    static final int ROWS = 1 << ROWS_LOG2;
    static final int PLACE_MASK = ROWS - 1;

    final long number;
    final Keys keys;
    final ColumnData[] columns;

    Chunk(long number, Keys keys, ColumnData[] columns) {
        this.number = number;
        this.keys = keys;
        this.columns = columns;
    }

    /// An empty chunk. `dictionaries` has one for each column, null where the type has none.
    static Chunk empty(long number, Schema schema, int textKeyColumn, List<@Nullable Dictionary> dictionaries) {
        var keys = new Keys();
        var columns = new ColumnData[schema.size()];
        for (int i = 0; i < schema.size(); i++) {
            columns[i] =
                    ColumnData.create(schema.column(i).type(), i == textKeyColumn ? keys : null, dictionaries.get(i));
        }
        return new Chunk(number, keys, columns);
    }

    long id(int place) {
        return (number << ROWS_LOG2) | place;
    }

    /// The id of the version that the one at a place took the place of, or [Keys#NONE].
    long earlier(int place) {
        return keys.earlier(place, id(place));
    }

    /// What it takes without its keys and columns.
    long versionBytes() {
        return HeapSizes.object(2, Long.BYTES) + HeapSizes.references(columns.length) + keys.linkBytes();
    }

    long bytes() {
        long sum = versionBytes() + keys.heapBytes();
        for (ColumnData column : columns) {
            sum += column.bytes();
        }
        return sum;
    }
}
