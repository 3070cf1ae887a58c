package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What a snapshot of a partition consists of; `docs/formats/snapshot.md` has the bytes.
///
/// @param fingerprint what the rows are, as whoever takes snapshots says it
/// @param next the offset of the record after those that are contained
/// @param takenMillis when the last of them was
/// @param rows how many rows are alive
/// @param firstChunk the number of the first chunk
/// @param limit the id of the next row version
/// @param dictionaries one for each column, null where no chunk uses one
/// @param blocks in the order of the chunks' numbers
record Manifest(
        String fingerprint,
        long next,
        long takenMillis,
        long rows,
        long firstChunk,
        long limit,
        Schema schema,
        List<@Nullable Dictionary> dictionaries,
        List<Block> blocks) {

    static final int VERSION = 1;

    private static final long MAGIC = 0x50414E53_56554C41L;
    private static final int HEADER_BYTES = 16;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MIN_BLOCK_BYTES = 37;

    /// Where a chunk's block lies, and what the manifest itself says of the chunk.
    ///
    /// @param dead a bit for each row that is dead; null when none is
    record Block(
            long number,
            int rows,
            long file,
            long offset,
            int length,
            int checksum,
            @Nullable BitSet dead) {}

    /// Why a manifest is not read.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String why) {
            super(why);
        }
    }

    void write(BlockWriter out) {
        out.clear();
        out.putLong(MAGIC);
        out.putInt(VERSION);
        int lengthAt = out.size();
        out.putInt(0);
        out.putText(fingerprint);
        out.putLong(next);
        out.putLong(takenMillis);
        out.putLong(rows);
        out.putLong(firstChunk);
        out.putLong(limit);
        writeColumns(out);
        out.putInt(blocks.size());
        for (Block block : blocks) {
            write(block, out);
        }
        out.setInt(lengthAt, out.size() + CHECKSUM_BYTES);
        out.putInt(checksum(out.bytes()));
    }

    private void writeColumns(BlockWriter out) {
        out.putInt(schema.size());
        for (int c = 0; c < schema.size(); c++) {
            Column column = schema.column(c);
            out.putText(column.name());
            out.putText(column.type().sql());
            out.putByte(column.nullable() ? 1 : 0);
            Dictionary dictionary = dictionaries.get(c);
            out.putByte(dictionary == null ? 0 : 1);
            if (dictionary != null) {
                dictionary.write(out);
            }
        }
    }

    private static void write(Block block, BlockWriter out) {
        out.putLong(block.number);
        out.putInt(block.rows);
        out.putLong(block.file);
        out.putLong(block.offset);
        out.putInt(block.length);
        out.putInt(block.checksum);
        out.putByte(block.dead == null ? 0 : 1);
        if (block.dead != null) {
            out.putBits(block.dead.toLongArray(), block.rows);
        }
    }

    static int checksum(ByteBuffer bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes.duplicate());
        return (int) checksum.getValue();
    }

    /// @throws UnreadableException for another version's, or when a byte is not what was written
    static Manifest read(byte[] bytes) throws UnreadableException {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || all.getLong(0) != MAGIC) {
            throw new UnreadableException("it is no manifest of a snapshot");
        }
        int end = bytes.length - CHECKSUM_BYTES;
        if (checksum(all.slice(0, end)) != all.getInt(end)) {
            throw new UnreadableException("its checksum is wrong");
        }
        if (all.getInt(8) != VERSION) {
            throw new UnreadableException("its format is version " + all.getInt(8) + ", not " + VERSION);
        }
        if (all.getInt(12) != bytes.length) {
            throw new UnreadableException("it has " + bytes.length + " bytes in place of " + all.getInt(12));
        }
        return body(new BlockReader(all.slice(HEADER_BYTES, end - HEADER_BYTES)));
    }

    private static Manifest body(BlockReader in) {
        String fingerprint = in.getText();
        long next = in.getLong();
        long takenMillis = in.getLong();
        long rows = in.getLong();
        long firstChunk = in.getLong();
        long limit = in.getLong();
        List<Column> columns = new ArrayList<>();
        List<@Nullable Dictionary> dictionaries = new ArrayList<>();
        int columnCount = in.getCount(10);
        for (int c = 0; c < columnCount; c++) {
            String name = in.getText();
            ColumnType type = ColumnType.parse(in.getText());
            columns.add(new Column(name, type, in.getByte() != 0));
            dictionaries.add(in.getByte() == 0 ? null : Dictionary.read(in));
        }
        List<Block> blocks = new ArrayList<>();
        int blockCount = in.getCount(MIN_BLOCK_BYTES);
        for (int i = 0; i < blockCount; i++) {
            blocks.add(block(in));
        }
        return new Manifest(
                fingerprint, next, takenMillis, rows, firstChunk, limit, new Schema(columns), dictionaries, blocks);
    }

    private static Block block(BlockReader in) {
        long number = in.getLong();
        int rows = in.getInt();
        if (rows < 1 || rows > Chunk.ROWS) {
            throw new IllegalStateException("a chunk of " + rows + " rows");
        }
        return new Block(
                number,
                rows,
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getInt(),
                in.getByte() == 0 ? null : BitSet.valueOf(in.getBits(rows)));
    }

    /// The bytes of all blocks.
    long blockBytes() {
        return blocks.stream().mapToLong(Block::length).sum();
    }
}
