package io.alluvium.retry;

import io.alluvium.data.TableName;

/// The source that a table waits for, as logs name it: `table=orders topic=orders`.
///
/// @param kind `topic` or `file`
/// @param name the topic, the path or the pattern
public record WaitingSource(TableName table, String kind, String name) {}
