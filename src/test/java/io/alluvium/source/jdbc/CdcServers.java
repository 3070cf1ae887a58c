package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.DatabaseServer;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import io.alluvium.testkit.RecordingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// A server of each kind whose log can be followed, for all tests of a class.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CdcServers {

    enum Kind {
        POSTGRES,
        MARIA
    }

    PostgresServer postgres;
    MariaServer maria;

    @BeforeAll
    void start() {
        postgres = PostgresServer.started();
        maria = MariaServer.started();
    }

    @AfterAll
    void stop() {
        if (postgres != null) {
            postgres.close();
        }
        if (maria != null) {
            maria.close();
        }
    }

    final DatabaseServer server(Kind kind) {
        return kind == Kind.POSTGRES ? postgres : maria;
    }

    final JdbcFixture cdc(Kind kind, String table) {
        return cdc(server(kind), table);
    }

    static JdbcFixture cdc(DatabaseServer server, String table) {
        return cdc(server.jdbcUrl(), table);
    }

    static JdbcFixture cdc(String url, String table) {
        return JdbcFixture.over(url, table).with("jdbc.mode", "cdc");
    }

    static void assertLost(JdbcFixture table, RecordingSink sink) {
        try (JdbcFixture.Following following = table.follow(sink)) {
            assertThat(following.ended())
                    .isInstanceOfSatisfying(
                            AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_LOST));
        }
    }
}
