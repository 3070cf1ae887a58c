package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JdbcFaultsTest {

    private static final String URL = "postgresql://app:hunter2@db/shop?password=hunter3";

    @ParameterizedTest
    @CsvSource({
        "42P01, FILE_MISSING",
        "3F000, FILE_MISSING",
        "3D000, FILE_MISSING",
        "42S02, FILE_MISSING",
        "08000, NETWORK",
        "08006, NETWORK",
        "57P01, NETWORK",
        "57P02, NETWORK",
        "57P03, NETWORK",
        "28000, AUTHENTICATION",
        "28P01, AUTHENTICATION",
        "42501, AUTHENTICATION",
        "42703, CONFIGURATION",
        "22012, DATA",
        "XX000, UNKNOWN",
    })
    void theSqlStateDecidesAlsoInsideOtherExceptions(String state, FaultCategory category) {
        var error = new SQLException("connection refused, login failed", state);

        assertThat(faults(Dialect.POSTGRESQL).categoryOf(error)).isEqualTo(category);
        assertThat(faults(Dialect.POSTGRESQL).categoryOf(new ExecutionException(new SQLException("x", error))))
                .isEqualTo(category);
        assertThat(faults(Dialect.POSTGRESQL).translate(error).category()).isEqualTo(category);
    }

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of(new ConnectException("x"), FaultCategory.NETWORK),
                Arguments.of(new UnknownHostException("x"), FaultCategory.NETWORK),
                Arguments.of(new SocketTimeoutException("x"), FaultCategory.NETWORK),
                Arguments.of(new SQLTransientConnectionException("x"), FaultCategory.NETWORK),
                Arguments.of(new SQLTimeoutException("x"), FaultCategory.NETWORK),
                Arguments.of(new SQLInvalidAuthorizationSpecException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(new SQLSyntaxErrorException("x"), FaultCategory.CONFIGURATION),
                Arguments.of(new SQLException("connection refused"), FaultCategory.UNKNOWN),
                Arguments.of(new IllegalStateException("login failed"), FaultCategory.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("types")
    void withoutAStateTheTypeDecidesAndNeverTheText(Exception error, FaultCategory category) {
        assertThat(faults(Dialect.OTHER).categoryOf(error)).isEqualTo(category);
        assertThat(faults(Dialect.OTHER).categoryOf(new SQLException("x", error)))
                .isEqualTo(category);
    }

    @ParameterizedTest
    @CsvSource({"MARIADB, 1045, AUTHENTICATION", "MARIADB, 1142, AUTHENTICATION", "MARIADB, 1049, FILE_MISSING"})
    void theCodesOfMariaDbAreKnown(Dialect dialect, int code, FaultCategory category) {
        assertThat(faults(dialect).categoryOf(new SQLException("x", "HY000", code)))
                .isEqualTo(category);
    }

    @ParameterizedTest
    @CsvSource({"14, FILE_MISSING", "23, AUTHENTICATION", "5, NETWORK", "1, UNKNOWN"})
    void theCodesOfSqliteAreKnown(int code, FaultCategory category) {
        assertThat(faults(Dialect.SQLITE).categoryOf(new SQLException("x", null, code)))
                .isEqualTo(category);
    }

    @Test
    void aMessageHasTheDatabaseTheCategoryTheWaysOutAndTheOriginalErrorButNoPassword() {
        AlluviumException missing = faults(Dialect.POSTGRESQL)
                .translate(new SQLException("relation does not exist, asked with hunter2 and hunter3", "42P01"));

        assertThat(missing.code()).isEqualTo(ErrorCode.FILE_MISSING);
        assertThat(missing).hasMessageContaining("postgresql://db/shop").hasMessageContaining("public.orders");
        assertThat(missing.hint().orElse(""))
                .startsWith("FILE_MISSING: ")
                .contains("1. Check the name", "2. Wait for it: WITH (\"jdbc.wait.timeout\" = \"60s\")")
                .contains("Original error: SQLException: relation does not exist");
        AlluviumException refused = faults(Dialect.POSTGRESQL)
                .translate(new SQLException("hunter2 is wrong", "28P01", new IOException("hunter3")));
        assertThat(refused.hint().orElse("")).contains("will not cure itself by retrying", "GRANT SELECT");
        for (AlluviumException error : new AlluviumException[] {missing, refused}) {
            for (Throwable t = error; t != null; t = t.getCause()) {
                assertThat(t.toString() + error.hint()).doesNotContain("hunter");
            }
        }
    }

    private static JdbcFaults faults(Dialect dialect) {
        var source = new SourceDefinition.Jdbc(URL, "public.orders");
        JdbcUrl url = JdbcUrl.of(source, OptionCatalog.resolve(source, Map.of(), key -> Optional.empty()));
        return new JdbcFaults(url, dialect, "public.orders");
    }
}
