package io.alluvium.table.rocksdb;

import java.nio.ByteBuffer;

/// The keys under which a table's database has its entries: a row under its partition (two bytes, big-endian) and
/// the bytes of its key, and after all rows, under `FF FF` and a letter, what is known of the table.
final class RowKeys {

    private static final int PREFIX_BYTES = 2;
    private static final int END = 0xFFFF;
    /// The partitions that there may be at the most.
    static final int MAX_PARTITIONS = END;

    private static final byte DEFINITION = 'd';
    private static final byte SCHEMA = 's';
    private static final byte PARTITION = 'p';

    private RowKeys() {}

    static byte[] row(int partition, byte[] key) {
        byte[] bytes = new byte[PREFIX_BYTES + key.length];
        bytes[0] = (byte) (partition >>> 8);
        bytes[1] = (byte) partition;
        System.arraycopy(key, 0, bytes, PREFIX_BYTES, key.length);
        return bytes;
    }

    /// What is before every row of a partition, and behind those of the one before it.
    static byte[] start(int partition) {
        return new byte[] {(byte) (partition >>> 8), (byte) partition};
    }

    /// What is behind every row.
    static byte[] end() {
        return start(END);
    }

    /// What is before every key but the given one that is not before it.
    static byte[] after(byte[] key) {
        byte[] bytes = new byte[key.length + 1];
        System.arraycopy(key, 0, bytes, 0, key.length);
        return bytes;
    }

    static byte[] definition() {
        return new byte[] {(byte) 0xFF, (byte) 0xFF, DEFINITION};
    }

    static byte[] schema(int version) {
        return numbered(SCHEMA, version);
    }

    static byte[] partition(int partition) {
        return numbered(PARTITION, partition);
    }

    private static byte[] numbered(byte letter, int number) {
        return ByteBuffer.allocate(5)
                .putShort((short) END)
                .put(letter)
                .putShort((short) number)
                .array();
    }

    /// The partition whose entry this is, or -1.
    static int partitionOf(byte[] key) {
        return key.length == 5 && key[2] == PARTITION ? ((key[3] & 0xFF) << 8) | (key[4] & 0xFF) : -1;
    }
}
