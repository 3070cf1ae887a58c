package io.alluvium.format;

import io.alluvium.data.RowBatch;
import io.alluvium.format.ValueReader.BadValueException;

/// Reads the keys of a topic's records. Belongs to one thread.
@FunctionalInterface
public interface KeyReader {

    /// Reads one key into the first columns of a row.
    ///
    /// @return the key that the table has the row under
    /// @throws BadValueException when it is not of the format
    /// @throws io.alluvium.fault.AlluviumException when its schema could not be had: it is to be read again later
    byte[] read(byte[] key, RowBatch into, int row) throws BadValueException;
}
