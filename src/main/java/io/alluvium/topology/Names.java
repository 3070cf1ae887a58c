package io.alluvium.topology;

import io.alluvium.data.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The names that a table has in Kafka: `alluvium.<cluster>.<table>.<what>`, for input and output topics with a
/// fingerprint of what they hold, so that a changed definition fills a topic of its own beside the old one.
///
/// @param load how often the table was loaded anew by the same definition
record Names(String prefix, TableName table, int load) {

    /// Those of a table that was never loaded anew, and the beginnings of all others.
    Names(String prefix, TableName table) {
        this(prefix, table, 0);
    }

    private static final int FINGERPRINT_BYTES = 4;
    private static final Pattern REST = Pattern.compile("[0-9a-f]{8}\\.(table|input|output|job|errors)(-.*)?");

    /// The prefix of everything that belongs to the table.
    String base() {
        return prefix + table.encoded() + ".";
    }

    /// Each instance has all rows of the table, in a group of its own.
    String tableApplication(String content, String instance) {
        return base() + mark(content) + ".table-" + instance;
    }

    String inputTopic(String content) {
        return base() + mark(content) + ".input";
    }

    String job(String content) {
        return base() + mark(content) + ".job";
    }

    String errorsTopic(String content) {
        return base() + mark(content) + ".errors";
    }

    String outputTopic(String content) {
        return base() + mark(content) + ".output";
    }

    /// Whether a topic, group or directory of this name belongs to the table, and not to one whose name begins
    /// alike.
    boolean isOwn(String name) {
        return name.startsWith(base())
                && REST.matcher(name.substring(base().length())).matches();
    }

    private String mark(String content) {
        return fingerprint(load == 0 ? content : content + "\nload " + load);
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
