package io.alluvium.format;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import org.jspecify.annotations.Nullable;

/// Decodes values of one format into the columns of a batch. Made for one schema; belongs to one thread.
public interface RowDecoder {

    Outcome DECODED = new Outcome.Decoded();

    /// Decodes one value into row `row` of `batch`. The batch's first columns (as many as the decoder was told to
    /// skip) are left to the caller. After anything but [#DECODED] the row has no meaning.
    Outcome decode(byte[] value, RowBatch batch, int row);

    /// What became of a value.
    sealed interface Outcome {
        record Decoded() implements Outcome {}

        /// The value cannot be a row. `column` names the field at fault where there is one.
        record Malformed(@Nullable String column, String reason) implements Outcome {}

        /// The value is good but needs other columns: `schema` has the new or widened ones. The caller takes the
        /// schema up, makes a new decoder and decodes the value again.
        record Evolves(Schema schema) implements Outcome {}
    }
}
