package io.alluvium.source.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;

/// Tells a file from another one that has taken its path.
///
/// A file that grows is `key~headLength~headHash~trailLength~trailHash`: the file system's key (device and
/// inode), the up to 256 bytes that it begins with, and the up to 64 bytes before the position. The key alone
/// does not do, as file systems give the key of a deleted file to the next one. A file that is read as a
/// whole is `key~size~modified`.
final class FileIdentity {

    private static final int HEAD = 256;
    private static final Pattern SEPARATORS = Pattern.compile("[^0-9A-Za-z]+");

    private FileIdentity() {}

    /// What the file system says about the file that a path leads to.
    ///
    /// @param key empty when the file system has none
    record Look(String key, long size, long modifiedNanos) {

        static Look at(Path path) throws IOException {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            var time = attributes.lastModifiedTime().toInstant();
            Object key = attributes.fileKey();
            return new Look(
                    key == null ? "" : SEPARATORS.matcher(key.toString()).replaceAll("."),
                    attributes.size(),
                    time.getEpochSecond() * 1_000_000_000 + time.getNano());
        }

        String whole() {
            return key + "~" + size + "~" + modifiedNanos;
        }
    }

    /// The bytes that a file begins with.
    static byte[] head(FileChannel channel) throws IOException {
        return ByteInput.bytes(channel, 0, (int) Math.min(HEAD, channel.size()));
    }

    /// The identity of a file that has been read up to a position.
    ///
    /// @param head what it began with when it was opened
    /// @param trail the bytes before the position
    static String of(String key, byte[] head, byte[] trail) {
        return key + "~" + head.length + "~" + hash(head) + "~" + trail.length + "~" + hash(trail);
    }

    /// The key in an identity.
    static String key(String identity) {
        int end = identity.indexOf('~');
        return end < 0 ? identity : identity.substring(0, end);
    }

    /// Whether an open file begins with what was read of it up to a position.
    static boolean isSame(FilePosition position, Look look, FileChannel channel) throws IOException {
        String[] parts = position.identity().split("~", -1);
        if (parts.length != 5 || !parts[0].equals(look.key) || channel.size() < position.at()) {
            return false;
        }
        int head = length(parts[1]);
        int trail = length(parts[3]);
        if (head < 0 || trail < 0 || head > channel.size() || trail > position.at()) {
            return false;
        }
        return hash(ByteInput.bytes(channel, 0, head)).equals(parts[2])
                && hash(ByteInput.bytes(channel, position.at() - trail, trail)).equals(parts[4]);
    }

    private static int length(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// FNV-1a in 64 bits.
    private static String hash(byte[] bytes) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : bytes) {
            hash = (hash ^ (octet & 0xFF)) * 0x100000001b3L;
        }
        return Long.toHexString(hash);
    }
}
