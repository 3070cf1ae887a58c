package io.alluvium.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The hash by which Kafka's own producers choose a record's partition: MurmurHash2 of the key's bytes, 32 bits.
public final class Murmur2 {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SEED = 0x9747B28C;
    private static final int M = 0x5BD1E995;
    private static final int R = 24;

    private Murmur2() {}

    /// The partition that a producer with Kafka's default partitioner sends a key to.
    public static int partition(byte[] key, int partitions) {
        return (hash(key) & Integer.MAX_VALUE) % partitions;
    }

    static int hash(byte[] key) {
        int h = SEED ^ key.length;
        int at = 0;
        for (; at + 4 <= key.length; at += 4) {
            int k = (int) INTS.get(key, at) * M;
            h = (h * M) ^ ((k ^ (k >>> R)) * M);
        }
        int rest = 0;
        for (int i = key.length - 1; i >= at; i--) {
            rest = (rest << 8) | (key[i] & 0xFF);
        }
        if (at < key.length) {
            h = (h ^ rest) * M;
        }
        h = (h ^ (h >>> 13)) * M;
        return h ^ (h >>> 15);
    }
}
