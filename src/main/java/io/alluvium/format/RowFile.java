package io.alluvium.format;

import io.alluvium.data.Schema;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file of rows that carries its own columns, such as Parquet or Avro. It reads from a channel that belongs to
/// the caller. Belongs to one thread.
public interface RowFile {

    /// The file's columns with the types that hold their values.
    Schema columns();

    /// How many rows the file has, without those that damage hides.
    long count() throws IOException;

    /// The rows from the first one on.
    ///
    /// @param columnsByField which of the file's columns are read, and the names they have in the rows
    Cursor rows(Map<String, String> columnsByField) throws IOException;

    /// The rows of a file one after the other.
    interface Cursor {

        /// Goes to the next row, or to the next damage.
        ///
        /// @return false when none is left
        /// @throws IOException when the file cannot be read; damage is no such exception
        boolean next() throws IOException;

        /// The number of the row, from 0.
        long row();

        /// The number of the row behind it, or behind the rows that damage hides.
        long rowBehind();

        /// The row as a JSON object in UTF-8; columns that are NULL may be left out. Has no meaning while there is
        /// a problem.
        byte[] value();

        /// Why there is no row here; null when there is one.
        @Nullable
        Problem problem();

        /// Goes on with a row; those before it are passed over.
        void skipTo(long row) throws IOException;

        /// How many bytes of the file lie before the row, about.
        long bytesRead();
    }

    /// What is wrong with a row, or with several.
    ///
    /// @param column the column at fault, where there is one
    record Problem(@Nullable String column, String reason) {}
}
