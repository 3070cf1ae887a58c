package io.alluvium.topology;

/// How far a loader has come. Written by the loader's thread, read by any.
final class LoadProgress {

    private volatile long rowsSent;
    private volatile long bytesRead;
    private volatile long bytesTotal = -1;

    void sent() {
        long next = rowsSent + 1;
        rowsSent = next;
    }

    void read(long done, long total) {
        bytesRead = done;
        bytesTotal = total;
    }

    long rowsSent() {
        return rowsSent;
    }

    /// The rows that the source probably has, judged by the bytes read so far; -1 when it cannot be told.
    long rowsExpected() {
        long read = bytesRead;
        long total = bytesTotal;
        return read <= 0 || total < 0 ? -1 : Math.max(rowsSent, Math.round((double) rowsSent * total / read));
    }
}
