package io.alluvium.data;

/// The name of a table as SQL has it after folding: lower case unless it was quoted.
public record TableName(String value) implements Comparable<TableName> {

    public TableName {
        if (value.isEmpty() || value.length() > 128) {
            throw new IllegalArgumentException("a table's name has 1 to 128 characters, not " + value.length());
        }
    }

    /// The name inside a Kafka topic, a file or a metric: characters outside `[A-Za-z0-9_-]` are written as `.` and
    /// their hexadecimal code point between dots, so that two names never meet.
    public String encoded() {
        var out = new StringBuilder(value.length());
        value.codePoints().forEach(c -> {
            if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')) {
                out.appendCodePoint(c);
            } else {
                out.append('.').append(Integer.toHexString(c)).append('.');
            }
        });
        return out.toString();
    }

    @Override
    public int compareTo(TableName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
