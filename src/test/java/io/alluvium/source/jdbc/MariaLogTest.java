package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MariaLogTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE t",
                "/* a */ drop table if exists t",
                "RENAME TABLE t TO u",
                "ALTER TABLE t RENAME TO u",
                "alter table t rename as u",
                "ALTER TABLE t RENAME u",
                "CREATE OR REPLACE TABLE t (id INT)",
            })
    void statementsThatMayPutAnotherTableInItsPlace(String ddl) {
        assertThat(MariaLog.mayReplaceTable(ddl)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE IF NOT EXISTS t (id INT)",
                "CREATE TABLE t (id INT)",
                "ALTER TABLE t ADD COLUMN a INT",
                "ALTER TABLE t RENAME COLUMN a TO b",
                "ALTER TABLE t RENAME INDEX a TO b",
                "TRUNCATE TABLE t",
            })
    void statementsThatLeaveItThere(String ddl) {
        assertThat(MariaLog.mayReplaceTable(ddl)).isFalse();
    }
}
