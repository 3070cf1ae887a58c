package io.alluvium.table;

import io.alluvium.data.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first rows of a chunk as a block of a data file, and back; `docs/formats/snapshot.md` has the bytes.
///
/// A block holds keys and values but neither the chunk's number nor which rows are dead: these stand in the
/// manifest, so that a block stays right while rows die. Links to earlier versions are left out, because no view
/// that needs them outlives a restart.
final class BlockCodec {

    private BlockCodec() {}

    static void write(Chunk chunk, int rows, BlockWriter out) {
        int columns = writtenColumns(chunk);
        out.putInt(rows);
        out.putInt(columns);
        chunk.keys.bytes().write(out, rows);
        for (int c = 0; c < columns; c++) {
            chunk.columns[c].write(out, rows);
        }
    }

    /// Columns at the end that the chunk's rows do not have yet are left out, so that a block stays good when the
    /// table gains some.
    static int writtenColumns(Chunk chunk) {
        int count = chunk.columns.length;
        while (count > 0 && chunk.columns[count - 1] instanceof AbsentData) {
            count--;
        }
        return count;
    }

    /// @param schema the columns of the manifest
    /// @param dictionaries one for each column, null where it has none
    static Chunk read(long number, int rows, BlockReader in, Schema schema, List<@Nullable Dictionary> dictionaries) {
        int written = in.getInt();
        int columns = in.getInt();
        if (written != rows || columns < 0 || columns > schema.size()) {
            throw new IllegalStateException("a block of " + written + " rows and " + columns + " columns where " + rows
                    + " rows and up to " + schema.size() + " columns belong");
        }
        Keys keys = Keys.of(Bytes.read(in, rows));
        var read = new ColumnData[schema.size()];
        for (int c = 0; c < read.length; c++) {
            read[c] = c < columns
                    ? ColumnData.read(in, schema.column(c).type(), rows, keys, dictionaries.get(c))
                    : new AbsentData(schema.column(c).type());
        }
        if (in.remaining() != 0) {
            throw new IllegalStateException(in.remaining() + " bytes are left over in a block");
        }
        return new Chunk(number, keys, read);
    }
}
