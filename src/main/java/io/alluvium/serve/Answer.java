package io.alluvium.serve;

import io.alluvium.query.ResultCursor;

/// What a statement gives.
public sealed interface Answer {

    /// Rows, which the receiver reads and closes.
    record Rows(ResultCursor cursor) implements Answer {}

    /// A change was made, or found not to be necessary.
    ///
    /// @param command the words that name the statement's kind, such as `CREATE TABLE`
    /// @param message what was done, as a sentence
    record Done(String command, String message) implements Answer {}
}
