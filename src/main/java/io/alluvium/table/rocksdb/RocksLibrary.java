package io.alluvium.table.rocksdb;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// RocksDB as all tables on disk use it: one cache, which also pays for indexes, filters and what is not on disk
/// yet, so that its size bounds the memory of all of them together.
final class RocksLibrary implements AutoCloseable {

    private static final long MIN_WRITE_BUFFER = 1 << 20;
    private static final long MAX_WRITE_BUFFER = 32 << 20;
    private static final int BLOOM_BITS = 10;
    private static final int BLOCK_BYTES = 16 << 10;
    private static final int OPEN_FILES = 512;

    private final long cacheBytes;
    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);

    static {
        RocksDB.loadLibrary();
    }

    RocksLibrary(long cacheBytes) {
        this.cacheBytes = cacheBytes;
        this.cache = new LRUCache(cacheBytes);
        this.writeBuffers = new WriteBufferManager(cacheBytes / 2, cache);
    }

    /// How a table is opened; the caller closes it after the table.
    Options options() {
        var blocks = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(bloom)
                .setWholeKeyFiltering(true)
                .setBlockSize(BLOCK_BYTES);
        return new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(blocks)
                .setWriteBufferManager(writeBuffers)
                .setWriteBufferSize(Math.clamp(cacheBytes / 8, MIN_WRITE_BUFFER, MAX_WRITE_BUFFER))
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true)
                .setMaxOpenFiles(OPEN_FILES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxBackgroundJobs(2);
    }

    /// The memory that all tables take together.
    long usedBytes() {
        return cache.getUsage();
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
        bloom.close();
    }
}
