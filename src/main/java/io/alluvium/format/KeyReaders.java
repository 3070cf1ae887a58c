package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.RowDecoder.Outcome;
import io.alluvium.format.ValueReader.BadValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/// The readers of [KeyFormat].
final class KeyReaders {

    private KeyReaders() {}

    /// The text of a key that is not UTF-8 has U+FFFD where it is not.
    static final class Text implements KeyReader {
        @Override
        public byte[] read(byte[] key, RowBatch into, int row) {
            if (Utf8.isValid(key, 0, key.length)) {
                into.column(0).setUtf8(row, key, 0, key.length);
            } else {
                into.column(0).setObject(row, new String(key, StandardCharsets.UTF_8));
            }
            return key;
        }
    }

    static final class Binary implements KeyReader {
        private static final int[] FIRST = {0};
        private final KeyCodec codec;

        Binary(KeyCodec codec) {
            this.codec = codec;
        }

        @Override
        public byte[] read(byte[] key, RowBatch into, int row) {
            into.column(0).setObject(row, key);
            return codec.encode(into, FIRST, row);
        }
    }

    static final class Whole implements KeyReader {
        private static final int[] FIRST = {0};
        private final int bytes;
        private final KeyCodec codec;

        Whole(int bytes, KeyCodec codec) {
            this.bytes = bytes;
            this.codec = codec;
        }

        @Override
        public byte[] read(byte[] key, RowBatch into, int row) throws BadValueException {
            if (key.length != bytes) {
                throw new BadValueException(
                        KeyFormat.KEY_COLUMN,
                        "the record's key has " + key.length + " bytes; key.format = '"
                                + (bytes == Integer.BYTES ? "int" : "long") + "' has " + bytes);
            }
            ByteBuffer number = ByteBuffer.wrap(key);
            into.column(0).setLong(row, bytes == Integer.BYTES ? number.getInt() : number.getLong());
            return codec.encode(into, FIRST, row);
        }
    }

    /// Keys in a format of values: a value alone, or an object whose fields are the key's parts.
    static final class Fields implements KeyReader {
        private final List<Column> columns;
        private final ValueReader reader;
        private final RowDecoder decoder;
        private final KeyCodec codec;
        private final int[] all;

        Fields(ValueFormat format, List<Column> columns, KeyCodec codec) {
            this.columns = columns;
            this.reader = format.reader(KeyParts.TARGET);
            this.decoder = new JsonRowDecoder(new Schema(columns), 0, false);
            this.codec = codec;
            this.all = IntStream.range(0, columns.size()).toArray();
        }

        @Override
        public byte[] read(byte[] key, RowBatch into, int row) throws BadValueException {
            KeyParts parts = KeyParts.read(reader, key);
            if (parts.size() != columns.size()) {
                throw KeyParts.bad("it has " + parts.names() + ", and the table is keyed by "
                        + columns.stream().map(Column::name).toList());
            }
            if (decoder.decode(parts.json(), into, row) instanceof Outcome.Malformed malformed) {
                throw new BadValueException(malformed.column(), "the record's key: " + malformed.reason());
            }
            for (int i = 0; i < all.length; i++) {
                if (into.column(i).isNull(row)) {
                    throw KeyParts.bad("it has no " + columns.get(i).name());
                }
            }
            return codec.encode(into, all, row);
        }
    }
}
