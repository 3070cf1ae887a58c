package io.alluvium.source.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 128 bits that stand for some bytes: MurmurHash3 x64 128 (A. Appleby, public domain). Belongs to one thread; the
/// result stands in two fields, so that none is allocated.
final class Fingerprint {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    long high;
    long low;

    void of(byte[] bytes) {
        long h1 = 0;
        long h2 = 0;
        int whole = bytes.length & ~15;
        for (int i = 0; i < whole; i += 16) {
            h1 ^= first((long) LONG.get(bytes, i));
            h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= second((long) LONG.get(bytes, i + 8));
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        long k1 = 0;
        long k2 = 0;
        for (int i = bytes.length - 1; i >= whole; i--) {
            if (i - whole >= 8) {
                k2 = (k2 << 8) | (bytes[i] & 0xFF);
            } else {
                k1 = (k1 << 8) | (bytes[i] & 0xFF);
            }
        }
        h2 ^= second(k2);
        h1 ^= first(k1);
        h1 ^= bytes.length;
        h2 ^= bytes.length;
        h1 += h2;
        h2 += h1;
        h1 = mixed(h1);
        h2 = mixed(h2);
        h1 += h2;
        h2 += h1;
        high = h1;
        low = h2;
    }

    private static long first(long k) {
        return Long.rotateLeft(k * C1, 31) * C2;
    }

    private static long second(long k) {
        return Long.rotateLeft(k * C2, 33) * C1;
    }

    private static long mixed(long k) {
        long mixed = (k ^ (k >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
