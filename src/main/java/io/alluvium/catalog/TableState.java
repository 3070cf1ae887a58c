package io.alluvium.catalog;

/// The state of a table.
///
/// ```
///            ┌──────────┐ source there  ┌─────────┐ boundary passed ┌──────┐
///  created ─▶│ WAITING  │──────────────▶│ LOADING │────────────────▶│ LIVE │
///            └──────────┘               └─────────┘                 └──────┘
///                 │ wait over or not curable  │                source │  ▲ source
///                 ▼                           ▼                 lost  ▼  │ back
///            ┌──────────┐◀────────────────────┘                 ┌─────────┐
///            │ FAILED   │                                       │ STALLED │
///            └──────────┘                                       └─────────┘
/// ```
/// PAUSED is entered from any state by `PAUSE TABLE` and left by `RESUME TABLE`.
public enum TableState {
    /// The source is missing, or a table that this one depends on is not LIVE yet.
    WAITING,
    /// Bulk: reads what the source held when it started.
    LOADING,
    /// Incremental: follows the source.
    LIVE,
    /// The source vanished or cannot be read, or there is no memory for more rows; the last good rows are served,
    /// if there are any.
    STALLED,
    /// Will not cure itself.
    FAILED,
    PAUSED;

    /// Whether a query may read the table.
    public boolean isReadable() {
        return this == LIVE || this == STALLED || this == PAUSED;
    }
}
