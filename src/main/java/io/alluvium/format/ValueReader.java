package io.alluvium.format;

import io.alluvium.data.Schema;
import org.jspecify.annotations.Nullable;

/// Turns the values of a topic's records into JSON objects, whose fields are columns. Belongs to one thread.
@FunctionalInterface
public interface ValueReader {

    /// The value as a JSON object; null when it says that the row under its key is gone.
    ///
    /// @throws BadValueException when it is not of the format
    /// @throws OtherColumnsException when its schema has columns that the reader was not made for; whoever reads
    ///     takes them up, makes a new reader and reads the value again
    /// @throws io.alluvium.fault.AlluviumException when its schema could not be had: the value is to be read
    ///     again later
    byte @Nullable [] read(byte[] value) throws BadValueException, OtherColumnsException;

    /// As [#read] for a record that may have no value, which says that its row is gone, too.
    default byte @Nullable [] readRecord(byte @Nullable [] value) throws BadValueException, OtherColumnsException {
        return value == null ? null : read(value);
    }

    /// A value that is not of its topic's format. It happens to single records, is counted and passed over, and so
    /// has no stack trace.
    final class BadValueException extends Exception {
        private static final long serialVersionUID = 1L;
        private final @Nullable String column;

        public BadValueException(@Nullable String column, String reason) {
            super(reason, null, false, false);
            this.column = column;
        }

        /// The column at fault, where there is one.
        public @Nullable String column() {
            return column;
        }

        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /// The value is good, but its schema has more columns than the reader was made for, or wider ones.
    final class OtherColumnsException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Schema columns;

        OtherColumnsException(Schema columns) {
            super("it needs other columns: " + columns, null, false, false);
            this.columns = columns;
        }

        /// All columns, with those that are not in values.
        public Schema columns() {
            return columns;
        }
    }
}
