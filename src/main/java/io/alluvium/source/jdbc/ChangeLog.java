package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.source.jdbc.cdc.Change;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// The log of one kind of database, as far as it is about one table. A place in it is text by name, so that it can
/// be part of a position.
interface ChangeLog {

    /// Notes where the log ends, and has the server keep what comes after it. What an earlier call has left there
    /// goes.
    ///
    /// @throws AlluviumException CONFIGURATION, AUTHENTICATION with the command that helps, when the server does
    ///     not keep a log that can be followed or the user may not read it
    Map<String, String> begin(Connection connection) throws SQLException, InterruptedException;

    /// @throws AlluviumException POSITION_LOST when the log cannot be followed from there any more
    void check(Connection connection, Map<String, String> place) throws SQLException;

    /// Sees to it that nobody else follows the log in this table's name.
    default void takeOver(Connection connection) throws SQLException, InterruptedException {}

    /// Settings of the engine. Asked for after [#check].
    Map<String, String> settings();

    /// A place in the engine's words, as JSON.
    String offset(Map<String, String> place);

    /// The place behind which everything comes that this change does not cover.
    Map<String, String> reached(Change change, Map<String, String> before);

    /// Begins a transaction for reading, and says whether it sees all these changes: an entry of the log can be
    /// read a moment before what it tells of can be seen.
    boolean begin(Connection connection, List<Change.Row> changes) throws SQLException;

    /// Ends what [#begin(Connection, List)] began.
    void end(Connection connection) throws SQLException;

    /// What helps when the log lacks the key of a row that was deleted.
    String identityHint();

    /// Whether a statement defines the table, or has taken its name from it or given it to it. Called by the
    /// engine.
    ///
    /// @param database where names without a database are
    default boolean concernsTable(String database, String sql) {
        return false;
    }

    /// Whether a statement leaves other rows than there were, without the log saying so row by row.
    default boolean replacesTable(Change.Definition definition) {
        return false;
    }

    /// Removes what [#begin(Connection)] has made.
    default void forget(Connection connection) throws SQLException, InterruptedException {}
}
