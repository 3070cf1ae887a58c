package io.alluvium.perf;

import io.alluvium.table.ChangeBatch;
import java.util.List;

/// One way to hold the orders so that they can be read by key. A JVM that measures has one peer in it. One thread
/// writes; whether another may read meanwhile is said by the peer.
abstract class Peer implements AutoCloseable {

    /// How many of the first keys an answer is compared by: few enough for the slowest of the peers.
    private static final int COMPARED = 4_096;
    private static final int COMPARED_AT_ONCE = LookupBenchmark.LOOKUPS;

    static Peer named(String name) throws Exception {
        return switch (name) {
            case "alluvium" -> new TablePeer();
            case "alluvium-batch" -> new BatchTablePeer();
            case "alluvium-sql" -> new SqlTablePeer();
            case "hashmap" -> MapPeer.ofArrays();
            case "concurrent-map" -> MapPeer.ofArraysForTwoThreads();
            case "map-of-maps" -> new MapOfMapsPeer();
            case "int-array" -> new BareArray();
            case "streams-memory" -> new StreamsPeer(false);
            case "streams-rocksdb" -> new StreamsPeer(true);
            case "h2" -> JdbcPeer.h2();
            case "sqlite" -> JdbcPeer.sqlite();
            case "duckdb" -> DuckDbPeer.withKey();
            case "duckdb-1" -> DuckDbPeer.withThreads(1);
            case "duckdb-2" -> DuckDbPeer.withThreads(2);
            default -> throw new IllegalArgumentException("there is no peer " + name);
        };
    }

    /// Takes in the new orders with the numbers from `from` to before `to`.
    abstract void insert(int from, int to) throws Exception;

    /// Makes the keys that are looked up from now on, in the form in which the peer takes them.
    void keys(int[] numbers) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no look-ups");
    }

    /// Looks one key up and adds up two typed values of its row.
    ///
    /// @param at which of [#keys(int[])]
    long priceAndQuantity(int at) throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no look-ups");
    }

    /// The sum of [#priceAndQuantity(int)] of `count` keys from the one at `from`.
    long pricesAndQuantities(int from, int count) throws Exception {
        long sum = 0;
        for (int at = from; at < from + count; at++) {
            sum += priceAndQuantity(at);
        }
        return sum;
    }

    /// Makes the changes that [#upsert] takes, in the form of rows that the peer's users have when they are parsed.
    void changes(List<ChangeBatch> batches) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no upserts");
    }

    /// @param batch which of [#changes(List)]
    void upsert(int batch) throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no upserts");
    }

    /// Reads one column of every row.
    long sumQuantity() throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no scans");
    }

    /// One number that stands for the answers to the first of [#keys(int[])], in their order.
    long checksum() throws Exception {
        long checksum = 0;
        for (int at = 0; at < COMPARED; at += COMPARED_AT_ONCE) {
            checksum = checksum * 31 + pricesAndQuantities(at, COMPARED_AT_ONCE);
        }
        return checksum;
    }

    @Override
    public void close() throws Exception {}
}
