package io.alluvium.source.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes rows of the records of one file. Belongs to one thread.
abstract sealed class Rows permits CsvRows, JsonRows {

    private static final byte[] NONE = {};

    byte[] key = NONE;
    byte[] value = NONE;

    @Nullable
    String column;

    @Nullable
    String reason;

    /// Makes [#key] and [#value] of a record in valid UTF-8; without key columns only the value.
    ///
    /// @return false when the record cannot be a row; [#column] and [#reason()] say why
    abstract boolean make(Records records);

    final String reason() {
        return Objects.requireNonNull(reason);
    }

    /// The key of a row that has only its place.
    static byte[] placeKey(byte[] path, long offset) {
        byte[] digits = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
        byte[] key = Arrays.copyOf(path, path.length + 1 + digits.length);
        key[path.length] = ':';
        System.arraycopy(digits, 0, key, path.length + 1, digits.length);
        return key;
    }
}
