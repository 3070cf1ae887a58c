package io.alluvium.format;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.xerial.snappy.Snappy;

/// How one block of a file is compressed, and its way back. Safe from any thread.
public enum BlockCompression {
    NONE,
    /// Deflate without a header.
    DEFLATE,
    GZIP,
    SNAPPY,
    ZSTD,
    /// One LZ4 block.
    LZ4,
    /// LZ4 blocks behind their sizes as Hadoop writes them, or one plain block.
    LZ4_HADOOP;

    /// The largest block that is unpacked where the format does not say the size.
    public static final int LARGEST = 1 << 29;

    private static final int CHUNK = 1 << 16;
    private static final int HADOOP_HEADER = 8;

    /// Unpacks a block whose size is known.
    ///
    /// @throws DamagedException when the block is not what it should be
    public byte[] unpack(byte[] data, int from, int length, int size) throws IOException {
        byte[] unpacked;
        try {
            unpacked = switch (this) {
                case NONE -> Arrays.copyOfRange(data, from, from + length);
                case DEFLATE -> inflate(data, from, length, size);
                case GZIP -> new GZIPInputStream(new ByteArrayInputStream(data, from, length), CHUNK).readNBytes(size);
                case SNAPPY -> snappy(data, from, length, size);
                case ZSTD -> zstd(data, from, length, size);
                case LZ4 -> lz4(data, from, length, size);
                case LZ4_HADOOP -> lz4Hadoop(data, from, length, size);
            };
        } catch (LZ4Exception | IndexOutOfBoundsException e) {
            throw new DamagedException("its " + this + " data is damaged", e);
        } catch (DamagedException e) {
            throw e;
        } catch (IOException e) {
            throw new DamagedException("its " + this + " data is damaged: " + e.getMessage(), e);
        }
        if (unpacked.length != size) {
            throw new DamagedException("it holds " + unpacked.length + " bytes instead of " + size);
        }
        return unpacked;
    }

    /// Unpacks a block whose size only its data says: NONE, DEFLATE, SNAPPY or ZSTD.
    ///
    /// @throws DamagedException when the block is not what it should be, or larger than [#LARGEST]
    public byte[] unpack(byte[] data, int from, int length) throws IOException {
        return switch (this) {
            case NONE -> Arrays.copyOfRange(data, from, from + length);
            case DEFLATE -> inflate(data, from, length, LARGEST);
            case SNAPPY -> unpack(data, from, length, checked(snappySize(data, from, length)));
            case ZSTD -> zstd(data, from, length);
            case GZIP, LZ4, LZ4_HADOOP -> throw new IllegalArgumentException(this + " blocks come with their size");
        };
    }

    private static int checked(long size) throws DamagedException {
        if (size < 0 || size > LARGEST) {
            throw new DamagedException("its block is " + size + " bytes long, and " + LARGEST + " is the most");
        }
        return (int) size;
    }

    private static int snappySize(byte[] data, int from, int length) throws DamagedException {
        try {
            return Snappy.uncompressedLength(data, from, length);
        } catch (IOException e) {
            throw new DamagedException("its SNAPPY data is damaged", e);
        }
    }

    private static byte[] snappy(byte[] data, int from, int length, int size) throws IOException {
        if (snappySize(data, from, length) != size) {
            throw new DamagedException("its SNAPPY data has another size than it should");
        }
        byte[] unpacked = new byte[size];
        Snappy.uncompress(data, from, length, unpacked, 0);
        return unpacked;
    }

    private static byte[] zstd(byte[] data, int from, int length, int size) throws DamagedException {
        byte[] unpacked = new byte[size];
        long written = Zstd.decompressByteArray(unpacked, 0, size, data, from, length);
        if (Zstd.isError(written)) {
            throw new DamagedException("its ZSTD data is damaged: " + Zstd.getErrorName(written));
        }
        return written == size ? unpacked : Arrays.copyOf(unpacked, (int) written);
    }

    private static byte[] zstd(byte[] data, int from, int length) throws IOException {
        try (var stream = new com.github.luben.zstd.ZstdInputStream(new ByteArrayInputStream(data, from, length))) {
            byte[] unpacked = stream.readNBytes(LARGEST + 1);
            checked(unpacked.length);
            return unpacked;
        } catch (com.github.luben.zstd.ZstdIOException e) {
            throw new DamagedException("its ZSTD data is damaged: " + e.getMessage(), e);
        }
    }

    private static byte[] lz4(byte[] data, int from, int length, int size) {
        byte[] unpacked = new byte[size];
        int written = LZ4Factory.fastestInstance().safeDecompressor().decompress(data, from, length, unpacked, 0, size);
        return written == size ? unpacked : Arrays.copyOf(unpacked, written);
    }

    private static byte[] lz4Hadoop(byte[] data, int from, int length, int size) {
        var unpacked = new byte[size];
        int at = from;
        int end = from + length;
        int filled = 0;
        var header = ByteBuffer.wrap(data);
        while (end - at > HADOOP_HEADER) {
            int blockSize = header.getInt(at);
            int packed = header.getInt(at + Integer.BYTES);
            if (blockSize < 0 || packed < 0 || packed > end - at - HADOOP_HEADER || blockSize > size - filled) {
                return lz4(data, from, length, size);
            }
            int written = LZ4Factory.fastestInstance()
                    .safeDecompressor()
                    .decompress(data, at + HADOOP_HEADER, packed, unpacked, filled, blockSize);
            filled += written;
            at += HADOOP_HEADER + packed;
        }
        return filled == size ? unpacked : lz4(data, from, length, size);
    }

    private static byte[] inflate(byte[] data, int from, int length, int most) throws DamagedException {
        try (var inflater = new Inflater(true)) {
            inflater.setInput(data, from, length);
            var unpacked = new ByteArrayOutputStream(Math.max(CHUNK, length * 2));
            byte[] chunk = new byte[CHUNK];
            while (!inflater.finished()) {
                int written = inflater.inflate(chunk);
                if (written == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new DamagedException("its DEFLATE data is cut off");
                }
                unpacked.write(chunk, 0, written);
                if (unpacked.size() > most) {
                    throw new DamagedException("its block is longer than " + most + " bytes");
                }
            }
            return unpacked.toByteArray();
        } catch (DataFormatException e) {
            throw new DamagedException("its DEFLATE data is damaged: " + e.getMessage(), e);
        }
    }
}
