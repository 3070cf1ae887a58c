package io.alluvium.topology;

import io.alluvium.data.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The names that a table has in Kafka: `alluvium.<cluster>.<table>.<what>`, for input and output topics with a
/// fingerprint of what they hold, so that a changed definition fills a topic of its own beside the old one.
record Names(String prefix, TableName table) {

    private static final int FINGERPRINT_BYTES = 4;
    private static final Pattern REST = Pattern.compile("[0-9a-f]{8}\\.(table|input|output|job)(-.*)?");

    /// The prefix of everything that belongs to the table.
    String base() {
        return prefix + table.encoded() + ".";
    }

    String tableApplication(String content) {
        return base() + fingerprint(content) + ".table";
    }

    String inputTopic(String content) {
        return base() + fingerprint(content) + ".input";
    }

    String job(String content) {
        return base() + fingerprint(content) + ".job";
    }

    String outputTopic(String content) {
        return base() + fingerprint(content) + ".output";
    }

    /// Whether a topic, group or directory of this name belongs to the table, and not to one whose name begins
    /// alike.
    boolean isOwn(String name) {
        return name.startsWith(base())
                && REST.matcher(name.substring(base().length())).matches();
    }

    static String fingerprint(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
