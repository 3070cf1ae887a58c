package io.alluvium.source.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// What a table calls that which it makes in a database: its topic in lower case letters, digits and underscores,
/// and a hash of it, no longer than PostgreSQL takes.
final class SlotName {

    private static final int LONGEST = 63;
    private static final int HASH_BYTES = 4;

    private SlotName() {}

    static String of(String topic) {
        String end = "_" + hash(topic);
        String text = topic.toLowerCase(Locale.ROOT).replaceAll("\\.input$", "").replaceAll("[^a-z0-9]+", "_");
        return text.substring(0, Math.min(text.length(), LONGEST - end.length())) + end;
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
