package io.alluvium.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// The blocks of an Avro object container file. Belongs to one thread.
///
/// Layout of a file: `Obj` and the byte 1; the metadata, a map of bytes with the schema and the codec; a sync
/// marker of 16 bytes. Then blocks: the number of values, the number of bytes, both as variable-length numbers, the
/// bytes, and the sync marker again.
final class AvroBlocks {

    private static final byte[] MAGIC = {'O', 'b', 'j', 1};
    private static final int SYNC = 16;
    private static final int MOST_METADATA = 1 << 26;
    private static final int CHECKSUM = 4;

    private final FileChannel channel;
    private final Map<String, byte[]> metadata = new HashMap<>();
    private final byte[] sync;
    private final byte[] buffer = new byte[1 << 16];
    private long bufferStart;
    private int buffered;

    private long at;
    private long end;
    private long count;

    /// @throws DamagedException when the file does not begin as one of these does
    AvroBlocks(FileChannel channel) throws IOException {
        this.channel = channel;
        if (!Arrays.equals(bytes(0, MAGIC.length), MAGIC)) {
            throw new DamagedException("it does not begin with Obj and a version that is known");
        }
        at = MAGIC.length;
        for (long entries = number(); entries != 0; entries = number()) {
            if (entries < 0) {
                entries = -entries;
                number();
            }
            for (long i = 0; i < entries; i++) {
                String name = new String(text(), StandardCharsets.UTF_8);
                metadata.put(name, text());
            }
        }
        sync = bytes(at, SYNC);
        at += SYNC;
    }

    private byte[] text() throws IOException {
        long length = number();
        if (length < 0 || length > MOST_METADATA) {
            throw new DamagedException("its header has a text of " + length + " bytes");
        }
        byte[] text = bytes(at, (int) length);
        at += length;
        return text;
    }

    String metadata(String name, String otherwise) {
        byte[] value = metadata.get(name);
        return value == null ? otherwise : new String(value, StandardCharsets.UTF_8);
    }

    /// The offset behind what was read.
    long offset() {
        return at;
    }

    /// How many values the block has that [#next()] came to.
    long count() {
        return count;
    }

    /// Goes to the next block: reads how long it is.
    ///
    /// @return false at the end of the file
    /// @throws DamagedException when there is no block here
    boolean next() throws IOException {
        if (at >= channel.size()) {
            return false;
        }
        long start = at;
        count = number();
        long length = number();
        if (count < 0 || length < 0 || length > BlockCompression.LARGEST || length > channel.size() - at - SYNC) {
            at = start;
            throw new DamagedException("a block would have " + count + " values in " + length + " bytes");
        }
        end = at + length;
        return true;
    }

    /// Goes behind the block.
    ///
    /// @throws DamagedException when it does not end with the sync marker
    void pass() throws IOException {
        if (!Arrays.equals(bytes(end, SYNC), sync)) {
            throw new DamagedException("a block does not end with the sync marker");
        }
        at = end + SYNC;
    }

    /// The values of the block, unpacked; goes behind it.
    byte[] take(BlockCompression codec) throws IOException {
        byte[] data = bytes(at, (int) (end - at));
        pass();
        if (codec != BlockCompression.SNAPPY) {
            return codec.unpack(data, 0, data.length);
        }
        if (data.length < CHECKSUM) {
            throw new DamagedException("a block has no checksum");
        }
        byte[] values = codec.unpack(data, 0, data.length - CHECKSUM);
        var crc = new CRC32();
        crc.update(values);
        if ((int) crc.getValue() != ByteBuffer.wrap(data).getInt(data.length - CHECKSUM)) {
            throw new DamagedException("a block does not have its checksum");
        }
        return values;
    }

    /// Goes behind the next sync marker, or to the end of the file when there is none.
    void recover() throws IOException {
        long size = channel.size();
        for (long from = at; from + SYNC <= size; from += buffer.length - SYNC) {
            int length = (int) Math.min(buffer.length, size - from);
            byte[] window = bytes(from, length);
            for (int i = 0; i + SYNC <= length; i++) {
                if (window[i] == sync[0] && Arrays.equals(window, i, i + SYNC, sync, 0, SYNC)) {
                    at = from + i + SYNC;
                    return;
                }
            }
        }
        at = size;
    }

    private long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = one(at++);
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new DamagedException("a number has more than 64 bits");
    }

    private int one(long offset) throws IOException {
        if (offset < bufferStart || offset >= bufferStart + buffered) {
            int read = channel.read(ByteBuffer.wrap(buffer, 0, 512), offset);
            if (read <= 0) {
                throw new DamagedException("it is cut off");
            }
            bufferStart = offset;
            buffered = read;
        }
        return buffer[(int) (offset - bufferStart)] & 0xFF;
    }

    private byte[] bytes(long offset, int length) throws IOException {
        if (length > channel.size() - offset) {
            throw new DamagedException("it is cut off");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new DamagedException("it is cut off");
            }
        }
        return bytes.array();
    }
}
