package io.alluvium.catalog;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Everything that a user can see of a table at one moment.
///
/// @param rows the rows that the table holds
/// @param bytes what the table takes of the heap
/// @param indexes those beside the key, in the order in which they were made
/// @param badRecords the records that were set aside
/// @param snapshot what a restart would find on disk
/// @param note what the user should know of a table that is well otherwise
/// @param replacement the table that CREATE OR REPLACE makes beside this one
public record TableStatus(
        TableName name,
        TableState state,
        Key key,
        Schema schema,
        TableDefinition definition,
        long rows,
        long bytes,
        List<Index> indexes,
        Optional<Progress> progress,
        Optional<Lag> lag,
        Times times,
        long badRecords,
        Optional<Retry> retry,
        List<PartitionPosition> positions,
        List<EffectiveOption> options,
        Optional<Note> note,
        Optional<Snapshot> snapshot,
        Optional<Replacement> replacement) {

    public TableStatus {
        indexes = List.copyOf(indexes);
        positions = List.copyOf(positions);
        options = List.copyOf(options);
    }

    /// The same with what is known of the table that is to replace this one.
    public TableStatus with(Replacement next) {
        return new TableStatus(
                name,
                state,
                key,
                schema,
                definition,
                rows,
                bytes,
                indexes,
                progress,
                lag,
                times,
                badRecords,
                retry,
                positions,
                options,
                note,
                snapshot,
                Optional.of(next));
    }

    /// A table that is loaded beside the present one of its name, whose place it takes once it is as far.
    ///
    /// @param retry why it does not get on
    public record Replacement(TableState state, Optional<Progress> progress, Optional<Retry> retry) {}

    /// @param columns empty while it is not known yet
    /// @param rule which rule chose the key, in words, such as `Kafka record key`
    public record Key(List<String> columns, String rule) {
        public Key {
            columns = List.copyOf(columns);
        }
    }

    public enum IndexState {
        /// The table does not have its columns yet.
        WAITING,
        /// It does not have all rows yet; the others are looked through.
        BUILDING,
        READY
    }

    /// @param rows how many of the table's rows it has
    /// @param bytes its estimated heap, which is part of the table's
    /// @param isOfDefinition whether the table's option `index` asks for it, and not a `CREATE INDEX`
    public record Index(TableIndex index, IndexState state, long rows, long bytes, boolean isOfDefinition) {}

    public enum Phase {
        BULK,
        INCREMENTAL
    }

    /// @param total records in the bulk part, -1 when it is not known
    public record Progress(Phase phase, long loaded, long total, double rowsPerSecond, double secondsLeft) {
        public double percent() {
            return total <= 0 ? 100.0 : Math.min(100.0, Math.floor(1000.0 * loaded / total) / 10);
        }
    }

    public record Lag(long records, long millis) {}

    /// When the rows that are shown were loaded, as far as it has come.
    ///
    /// @param startedAt when the load began
    /// @param finishedAt when everything was in the table that the source held at first
    /// @param lastChangeAt when the last record was taken in, within half a second; empty when none came since the
    ///     service started
    public record Times(Optional<Instant> startedAt, Optional<Instant> finishedAt, Optional<Instant> lastChangeAt) {

        public static final Times NONE = new Times(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// While WAITING, STALLED or FAILED: why, and what happens next.
    ///
    /// @param nextAttemptAt empty when there is no further attempt
    /// @param deadline empty when attempts go on without limit
    public record Retry(
            FaultCategory category,
            int attempts,
            Instant firstFailureAt,
            Optional<Instant> nextAttemptAt,
            Optional<Instant> deadline,
            String message,
            String hint,
            String originalError) {}

    public record Note(String message, String hint) {}

    /// The newest snapshots of all partitions.
    ///
    /// @param takenAt what the oldest of them contains up to
    /// @param bytes on disk
    /// @param restoredRecords the records that came from the topic in bulk since the table was started
    /// @param positions for each partition that has one the offset of the record after those contained
    public record Snapshot(Instant takenAt, long bytes, long restoredRecords, List<PartitionPosition> positions) {
        public Snapshot {
            positions = List.copyOf(positions);
        }
    }

    public record PartitionPosition(int partition, long offset) {}

    /// The value of an option in force, and where it came from: `WITH`, `environment`, `file` or `default`.
    public record EffectiveOption(String name, String value, String origin) {}
}
