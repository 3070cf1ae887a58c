package io.alluvium.catalog;

import java.time.Instant;

/// A view of a table that somebody holds.
///
/// @param statement the beginning of the statement, or what else holds it
/// @param bytes what the table has given up and this view still has
public record HeldView(String statement, Instant since, long bytes) {}
