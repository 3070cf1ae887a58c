package io.alluvium.source;

import io.alluvium.data.Position;
import org.jspecify.annotations.Nullable;

/// Takes the changes of one loader on their way into the table's input topic. Used by the loader's thread.
public interface ChangeSink {

    /// Sends a row, or with a null value the deletion of the row with this key. May block while buffers are
    /// full.
    ///
    /// @param value a JSON object in UTF-8 with the row's columns
    void send(byte[] key, byte @Nullable [] value) throws InterruptedException;

    /// Makes everything sent since the last commit, and the position that it leads up to, visible at once. After a
    /// failure in between none of it is.
    void commit(Position position) throws InterruptedException;

    /// Tells how much of the source has been read and how much there is, in bytes; -1 for an unknown total.
    void progress(long done, long total);

    /// Hands over what has been committed so far, each key's rows and deletions in the order in which they came.
    void readBack(Receiver receiver);

    /// Takes what is read back; a null value is a deletion.
    @FunctionalInterface
    interface Receiver {
        void accept(byte[] key, byte @Nullable [] value);
    }

    /// Sets a record aside that could not become a row.
    ///
    /// @param place where it stands in the source, unlike that of any other record, such as `path:line 7`
    void bad(String place, @Nullable String column, String reason, byte[] raw);

    /// The records whose places begin with `places` are read again from their start: what is said of them counts
    /// from now on.
    void readAgain(String places);
}
