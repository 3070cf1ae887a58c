package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.TableStorage;
import io.alluvium.table.rocksdb.RocksTables;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Queries over tables on disk give what DuckDB gives.
class DifferentialOnDiskTest extends DifferentialQueryTest {

    @TempDir
    private static Path directory;

    private @Nullable RocksTables tables;

    @Override
    int count() {
        return Integer.getInteger("query.count", 500);
    }

    @Override
    TableStorage newStore(TableName name, Schema schema, int[] keyColumns) {
        if (tables == null) {
            tables = new RocksTables(directory, 8 << 20, InstantSource.system());
        }
        return tables.open(name.value(), "t", name, schema, keyColumns);
    }

    @AfterAll
    @Override
    void close() throws SQLException {
        super.close();
        if (tables != null) {
            tables.close();
        }
    }

    @Test
    void explainSaysWhereTheRowsAre() {
        assertThat(database.explain("EXPLAIN SELECT s FROM t")).contains("Scan (rocksdb) t");
        assertThat(database.explain("EXPLAIN SELECT s FROM t WHERE id = 7")).contains("KeyLookup (rocksdb) t by id");
    }
}
