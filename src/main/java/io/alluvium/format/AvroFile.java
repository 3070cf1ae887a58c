package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.ValueReader.BadValueException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// One Avro object container file: the schema is in its header, the rows in blocks that can be passed over unread.
/// A record's fields are the columns; values that are no records are the one column `value`.
public final class AvroFile implements RowFile {

    private final FileChannel channel;
    private final Schema record;
    private final BlockCompression codec;

    private AvroFile(FileChannel channel, Schema record, BlockCompression codec) {
        this.channel = channel;
        this.record = record;
        this.codec = codec;
    }

    /// @param path the file's name in errors
    /// @throws AlluviumException DATA when it is no such file or its header is damaged; FEATURE_NOT_SUPPORTED when
    ///     it is compressed in a way that this version does not have
    public static AvroFile open(String path, FileChannel channel) throws IOException {
        try {
            var blocks = new AvroBlocks(channel);
            Schema schema = AvroSchema.schema(blocks.metadata("avro.schema", ""), List.of());
            Schema record = schema.getType() == Schema.Type.RECORD ? schema : wrapped(schema);
            return new AvroFile(channel, record, codec(path, blocks.metadata("avro.codec", "null")));
        } catch (DamagedException | BadValueException e) {
            throw new AlluviumException(
                    ErrorCode.DATA,
                    "'" + path + "' cannot be read as Avro: " + e.getMessage(),
                    "Write the file again, or say what it is: WITH (\"file.format\" = \"jsonl\")",
                    e);
        }
    }

    /// A record of one field is written as the field is.
    private static Schema wrapped(Schema schema) {
        return Schema.createRecord(
                "row", null, null, false, List.of(new Schema.Field(ValueFormat.VALUE_COLUMN, schema)));
    }

    private static BlockCompression codec(String path, String name) {
        return switch (name) {
            case "null" -> BlockCompression.NONE;
            case "deflate" -> BlockCompression.DEFLATE;
            case "snappy" -> BlockCompression.SNAPPY;
            case "zstandard" -> BlockCompression.ZSTD;
            default ->
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "'" + path + "' is compressed with " + name + ", which is not available in this version",
                        "Write it with zstandard, snappy, deflate or without compression.");
        };
    }

    @Override
    public io.alluvium.data.Schema columns() {
        List<Column> columns = new ArrayList<>(AvroSchema.columns(record));
        return new io.alluvium.data.Schema(columns);
    }

    @Override
    public long count() throws IOException {
        var rows = new Rows(new boolean[0], AvroNode.of(record), new AvroBlocks(channel));
        rows.skipTo(Long.MAX_VALUE);
        return rows.rowBehind();
    }

    @Override
    public Cursor rows(Map<String, String> columnsByField) throws IOException {
        List<Schema.Field> fields = new ArrayList<>();
        boolean[] wanted = new boolean[record.getFields().size()];
        for (Schema.Field field : record.getFields()) {
            String column = columnsByField.get(field.name());
            wanted[fields.size()] = column != null;
            fields.add(new Schema.Field(column == null ? field.name() : column, field.schema()));
        }
        Schema renamed = Schema.createRecord(record.getName(), null, null, false, fields);
        return new Rows(wanted, AvroNode.of(renamed), new AvroBlocks(channel));
    }

    /// Goes from block to block. What is damaged hides the rest of its block; the next one is found by the sync
    /// marker.
    private final class Rows implements Cursor {
        private final boolean[] wanted;
        private final AvroNode.Fields node;
        private final AvroBlocks blocks;
        private final AvroInput in = new AvroInput();
        private final JsonBytes out = new JsonBytes();
        private byte[] data = {};
        private int at;
        private long left;
        private long next;
        private long row = -1;
        private byte[] value = {};
        private @Nullable Problem problem;

        Rows(boolean[] wanted, AvroNode node, AvroBlocks blocks) {
            this.wanted = wanted;
            this.node = (AvroNode.Fields) node;
            this.blocks = blocks;
        }

        @Override
        public boolean next() throws IOException {
            problem = null;
            try {
                while (left == 0) {
                    if (!blocks.next()) {
                        return false;
                    }
                    openBlock();
                }
                row = next;
                decode();
                value = out.toArray();
                left--;
                next++;
            } catch (DamagedException e) {
                row = next;
                damaged(String.valueOf(e.getMessage()), null);
                blocks.recover();
            } catch (BadValueException e) {
                damaged(e.reason(), e.column());
            }
            return true;
        }

        private void openBlock() throws IOException, DamagedException {
            left = blocks.count();
            data = blocks.take(codec);
            at = 0;
        }

        private void decode() throws BadValueException {
            in.open(data, at);
            out.clear();
            node.writeRow(in, out, wanted);
            at = in.at();
        }

        private void damaged(String reason, @Nullable String column) {
            String hidden = left == 0 ? "" : "; from here on " + (left == 1 ? "1 row" : left + " rows");
            problem = new Problem(
                    column,
                    "the file is damaged: " + reason + (hidden.isEmpty() ? "" : hidden + " of a block cannot be read"));
            next += left;
            left = 0;
        }

        @Override
        public void skipTo(long wantedRow) throws IOException {
            while (next < wantedRow) {
                if (left > 0) {
                    var _ = next();
                } else if (!pass(wantedRow)) {
                    return;
                }
            }
        }

        /// Passes over the next block when it lies before a row, else opens it.
        private boolean pass(long wantedRow) throws IOException {
            try {
                if (!blocks.next()) {
                    return false;
                }
                if (blocks.count() <= wantedRow - next) {
                    blocks.pass();
                    next += blocks.count();
                    return true;
                }
                openBlock();
            } catch (DamagedException e) {
                next += left;
                left = 0;
                blocks.recover();
            }
            return true;
        }

        @Override
        public long row() {
            return row;
        }

        @Override
        public long rowBehind() {
            return next;
        }

        @Override
        public byte[] value() {
            return value;
        }

        @Override
        public @Nullable Problem problem() {
            return problem;
        }

        @Override
        public long bytesRead() {
            return blocks.offset();
        }
    }
}
