package io.alluvium.cli;

/// How the shell prints rows.
enum ResultFormat {
    /// Columns aligned for reading.
    TABLE,
    /// RFC 4180 with a header; NULL is empty, an empty text is `""`.
    CSV,
    /// One array of objects for each statement, one object a line.
    JSON
}
