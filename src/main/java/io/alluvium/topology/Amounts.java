package io.alluvium.topology;

/// Amounts of memory as messages say them.
final class Amounts {

    private Amounts() {}

    /// Such as `64 MB`, or `12 KB` where a MB would be too coarse.
    static String text(long bytes) {
        return bytes < 10L << 20 ? (bytes >> 10) + " KB" : (bytes >> 20) + " MB";
    }
}
