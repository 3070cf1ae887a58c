package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an exception of a driver means for a table: its category by SQLSTATE, the vendor's code or the type, what
/// happened in words, and the ways out. No text holds a password.
final class JdbcFaults {

    private static final String NO_RETRY = "will not cure itself by retrying.";
    private static final String RETRIED = "tried again as long as \"jdbc.wait.timeout\" says.";

    /// No such table, schema or database: PostgreSQL, MariaDB, H2.
    private static final Set<String> MISSING =
            Set.of("42P01", "3F000", "3D000", "42S02", "42S03", "42S04", "90079", "90146", "90149", "90013");
    private static final Set<String> UNREACHABLE =
            Set.of("57P01", "57P02", "57P03", "70100", "90067", "90098", "90121");
    private static final Set<Integer> MARIADB_DENIED = Set.of(1044, 1045, 1142, 1143, 1227, 1698);
    private static final Set<Integer> MARIADB_UNREACHABLE = Set.of(1040, 1053, 1152, 1203, 1226, 1927);
    private static final int MARIADB_NO_DATABASE = 1049;
    private static final Set<Integer> SQLITE_NO_FILE = Set.of(14);
    private static final Set<Integer> SQLITE_DENIED = Set.of(3, 23);
    private static final Set<Integer> SQLITE_BUSY = Set.of(5, 6);

    private final JdbcUrl url;
    private final Dialect dialect;
    private final String what;

    /// @param what the table or query, for messages
    JdbcFaults(JdbcUrl url, Dialect dialect, String what) {
        this.url = url;
        this.dialect = dialect;
        this.what = what;
    }

    FaultCategory categoryOf(Throwable error) {
        FaultCategory weaker = FaultCategory.UNKNOWN;
        int depth = 0;
        for (@Nullable Throwable t = error; t != null && depth < 20; t = t.getCause(), depth++) {
            if (t instanceof AlluviumException known) {
                return known.category();
            }
            if (t instanceof SQLException sql) {
                FaultCategory byState = byState(sql);
                if (byState != FaultCategory.UNKNOWN) {
                    return byState;
                }
                if (weaker == FaultCategory.UNKNOWN) {
                    weaker = byType(sql);
                }
            } else if (t instanceof IOException && weaker == FaultCategory.UNKNOWN) {
                weaker = FaultCategory.NETWORK;
            }
        }
        return weaker;
    }

    private FaultCategory byState(SQLException error) {
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        int code = error.getErrorCode();
        if (dialect == Dialect.MARIADB) {
            if (MARIADB_DENIED.contains(code)) {
                return FaultCategory.AUTHENTICATION;
            }
            if (MARIADB_UNREACHABLE.contains(code)) {
                return FaultCategory.NETWORK;
            }
            if (code == MARIADB_NO_DATABASE) {
                return FaultCategory.FILE_MISSING;
            }
        }
        if (dialect == Dialect.SQLITE) {
            return SQLITE_NO_FILE.contains(code)
                    ? FaultCategory.FILE_MISSING
                    : SQLITE_DENIED.contains(code)
                            ? FaultCategory.AUTHENTICATION
                            : SQLITE_BUSY.contains(code) ? FaultCategory.NETWORK : FaultCategory.UNKNOWN;
        }
        if (MISSING.contains(state)) {
            return FaultCategory.FILE_MISSING;
        }
        if (UNREACHABLE.contains(state) || state.startsWith("08") || state.startsWith("53")) {
            return FaultCategory.NETWORK;
        }
        if (state.startsWith("28") || state.equals("42501")) {
            return FaultCategory.AUTHENTICATION;
        }
        if (state.startsWith("42")) {
            return FaultCategory.CONFIGURATION;
        }
        return state.startsWith("22") ? FaultCategory.DATA : FaultCategory.UNKNOWN;
    }

    private static FaultCategory byType(SQLException error) {
        return switch (error) {
            case SQLInvalidAuthorizationSpecException e -> FaultCategory.AUTHENTICATION;
            case SQLTransientConnectionException e -> FaultCategory.NETWORK;
            case SQLNonTransientConnectionException e -> FaultCategory.NETWORK;
            case SQLRecoverableException e -> FaultCategory.NETWORK;
            case SQLTimeoutException e -> FaultCategory.NETWORK;
            case SQLSyntaxErrorException e -> FaultCategory.CONFIGURATION;
            default -> FaultCategory.UNKNOWN;
        };
    }

    /// The error that a user sees for an exception met while talking to the database.
    AlluviumException translate(Throwable error) {
        if (error instanceof AlluviumException known) {
            return known;
        }
        Throwable cause = masked(error, 0);
        return switch (categoryOf(error)) {
            case FILE_MISSING, TOPIC_MISSING -> missing(cause);
            case NETWORK ->
                of(
                        ErrorCode.NETWORK,
                        "The database " + url.shown() + " cannot be reached",
                        RETRIED,
                        cause,
                        "Check that it runs and takes connections at this address.",
                        "Wait for it: WITH (\"jdbc.wait.timeout\" = \"60s\")");
            case AUTHENTICATION ->
                of(
                        ErrorCode.AUTHENTICATION,
                        "The database " + url.shown() + " refuses the login or the right to read " + what,
                        NO_RETRY,
                        cause,
                        "Check user and password: WITH (\"jdbc.user\" = '…', \"jdbc.password\" = '${NAME}')",
                        "Let the user read it: GRANT SELECT");
            case CONFIGURATION ->
                of(
                        ErrorCode.CONFIGURATION,
                        "The database " + url.shown() + " does not accept " + what,
                        NO_RETRY,
                        cause,
                        "Check table, columns and query there with its own client.");
            case DATA ->
                of(
                        ErrorCode.DATA,
                        "The database " + url.shown() + " cannot compute " + what,
                        "not tried again: it would fail the same.",
                        cause,
                        "Check the query and its values there with its own client.");
            case UNKNOWN, USER, LIMIT, INTERNAL ->
                of(
                        ErrorCode.UNKNOWN,
                        "Reading " + what + " from the database " + url.shown() + " failed",
                        RETRIED,
                        cause,
                        "See what the database's own log says.",
                        "See the whole error in the log: ALLUVIUM_LOG_LEVEL=debug");
        };
    }

    /// A table, schema, database or its file that is not there.
    AlluviumException missing(@Nullable Throwable cause) {
        return of(
                ErrorCode.FILE_MISSING,
                "The database " + url.shown() + " has no table " + what + ", or is itself not there",
                RETRIED,
                cause,
                "Check the name, with its schema: 'public.customers'.",
                "Wait for it: WITH (\"jdbc.wait.timeout\" = \"60s\")");
    }

    private static AlluviumException of(
            ErrorCode code, String message, String meaning, @Nullable Throwable cause, String... ways) {
        var out = new WaysOut(code.category(), meaning);
        for (String way : ways) {
            out.way(way);
        }
        return new AlluviumException(code, message, out.text(cause), cause);
    }

    /// The same exception, or one like it whose texts hold no secret.
    private Throwable masked(Throwable error, int depth) {
        String message = error.getMessage() == null ? "" : error.getMessage();
        Throwable cause = error.getCause();
        Throwable maskedCause = cause == null || depth > 10 ? null : masked(cause, depth + 1);
        String text = url.masked(message);
        if (text.equals(message) && Objects.equals(maskedCause, cause)) {
            return error;
        }
        var copy = error instanceof SQLException sql
                ? new SQLException(text, sql.getSQLState(), sql.getErrorCode(), maskedCause)
                : new IOException(error.getClass().getSimpleName() + ": " + text, maskedCause);
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }
}
