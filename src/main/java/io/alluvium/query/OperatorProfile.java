package io.alluvium.query;

/// What EXPLAIN ANALYZE counts of one operator; the time includes that of its inputs.
final class OperatorProfile {

    private long rows;
    private long batches;
    private long nanos;

    /// @param selected the rows of the batch, -1 when there was none
    void add(long elapsedNanos, int selected) {
        nanos += elapsedNanos;
        if (selected >= 0) {
            rows += selected;
            batches++;
        }
    }

    long rows() {
        return rows;
    }

    long batches() {
        return batches;
    }

    long nanos() {
        return nanos;
    }
}
