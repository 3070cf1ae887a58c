package io.alluvium.table;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.rocksdb.RocksTables;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// What holds for a table in memory holds for one on disk.
class TableOnDiskTest extends TableStoreTest {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable RocksTables tables;

    @BeforeAll
    static void openDirectory(@TempDir Path directory) {
        tables = new RocksTables(directory, 8 << 20, InstantSource.system());
    }

    @AfterAll
    static void closeDirectory() {
        if (tables != null) {
            tables.close();
        }
    }

    @Override
    TableStorage newStore(TableName name, Schema schema, int[] keyColumns) {
        if (tables == null) {
            throw new IllegalStateException("a test before all");
        }
        return tables.open("table-" + COUNT.incrementAndGet(), "t", name, schema, keyColumns);
    }
}
