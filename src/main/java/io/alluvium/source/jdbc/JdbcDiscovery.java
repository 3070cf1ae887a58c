package io.alluvium.source.jdbc;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.Nearest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the columns and the key of what is read.
final class JdbcDiscovery {

    private static final String KEPT_NAME = "_key";

    private final Relation relation;
    private final Dialect dialect;
    private final JdbcFaults faults;
    private final TableDefinition definition;
    private final EffectiveOptions options;
    private final String shownUrl;

    JdbcDiscovery(
            Relation relation,
            Dialect dialect,
            JdbcFaults faults,
            TableDefinition definition,
            EffectiveOptions options,
            String shownUrl) {
        this.relation = relation;
        this.dialect = dialect;
        this.faults = faults;
        this.definition = definition;
        this.options = options;
        this.shownUrl = shownUrl;
    }

    /// @param keyRule which rule chose the key, in words
    record Found(JdbcTable table, String keyRule) {}

    /// A column of the database.
    ///
    /// @param name as the database has it
    /// @param column what it is called in the table
    private record Present(String name, String column, TypeMapping mapping) {}

    private record Key(List<String> names, String rule) {}

    /// @param growing the column that is to grow with each change
    Found find(Connection connection, @Nullable String growing) throws SQLException {
        var names = new TableNames(relation, dialect, connection);
        String quote = quoteOf(connection);
        List<Present> present = present(connection, names);
        Key key = key(names, present);
        List<JdbcColumn> columns = definition.declared().isEmpty()
                ? present.stream()
                        .map(p -> new JdbcColumn(
                                new Column(
                                        p.column(),
                                        p.mapping().type(),
                                        !key.names().contains(p.column())),
                                select(p, quote),
                                p.mapping().writer()))
                        .toList()
                : declared(present, quote);
        List<Column> keyColumns =
                key.names().stream().map(name -> column(columns, name)).toList();
        Optional<JdbcTable.Growing> grows = Optional.ofNullable(growing).map(name -> growing(name, present, quote));
        return new Found(
                new JdbcTable(
                        relation,
                        columns,
                        keyColumns,
                        grows,
                        !definition.declared().isEmpty()
                                && options.text("on.cast.error").equals("error")),
                key.rule());
    }

    private List<Present> present(Connection connection, TableNames names) throws SQLException {
        // SQLite tells the types of expressions by their values.
        String sample = dialect == Dialect.SQLITE ? " LIMIT 1" : " WHERE 1 = 0";
        var present = new ArrayList<Present>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM " + relation.from() + sample)) {
            if (dialect == Dialect.SQLITE) {
                result.next();
            }
            ResultSetMetaData columns = result.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String name = columns.getColumnLabel(i);
                present.add(new Present(name, name, TypeMapping.of(dialect, columns, i)));
            }
            if (connection.getMetaData().storesUpperCaseIdentifiers()) {
                present.replaceAll(column -> inLowerCase(column, present));
            }
        } catch (SQLException e) {
            // Some drivers do not say in codes that a table is not there.
            boolean unclear = faults.categoryOf(e) == FaultCategory.UNKNOWN;
            if (unclear && !relation.isQuery() && names.isMissing()) {
                throw faults.missing(e);
            }
            throw e;
        }
        check(present);
        return present;
    }

    /// A name that the database has turned into upper case is one in lower case here, as SQL has it that is written
    /// without quotes.
    private static Present inLowerCase(Present column, List<Present> all) {
        String lower = column.name().toLowerCase(Locale.ROOT);
        boolean isFolded = column.name().equals(column.name().toUpperCase(Locale.ROOT))
                && all.stream().noneMatch(other -> other.name().equals(lower));
        return isFolded ? new Present(column.name(), lower, column.mapping()) : column;
    }

    private void check(List<Present> present) {
        List<String> names = present.stream().map(Present::name).toList();
        for (String name : names) {
            if (names.indexOf(name) != names.lastIndexOf(name)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        what() + " has the column '" + name + "' twice",
                        "Give one of them another name in the query: SELECT a.id AS a_id, …");
            }
        }
        if (names.contains(KEPT_NAME)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    what() + " has a column '" + KEPT_NAME + "', which is the name of a table's own key",
                    "Give it another name in a query: jdbc('…', 'SELECT _key AS key, … FROM …').");
        }
    }

    private List<JdbcColumn> declared(List<Present> present, String quote) {
        return definition.declared().stream()
                .map(column -> {
                    Present there = found(present, column.name(), "the column list");
                    return new JdbcColumn(
                            column, select(there, quote), there.mapping().writer());
                })
                .toList();
    }

    private Key key(TableNames names, List<Present> present) throws SQLException {
        if (!definition.primaryKey().isEmpty()) {
            return new Key(inTable(present, definition.primaryKey(), "PRIMARY KEY"), "PRIMARY KEY");
        }
        Optional<String> option = options.find("key");
        if (option.isPresent()) {
            List<String> named = Arrays.stream(option.get().split(",", -1))
                    .map(String::strip)
                    .toList();
            return new Key(inTable(present, named, "the option \"key\""), "option key");
        }
        List<String> primary = relation.isQuery() ? List.of() : names.primaryKey();
        if (!primary.isEmpty()) {
            return new Key(inTable(present, primary, "the primary key in the database"), "primary key in the database");
        }
        throw new AlluviumException(
                ErrorCode.CONFIGURATION,
                relation.isQuery()
                        ? "a query has no primary key, and " + what() + " is one"
                        : what() + " has no primary key",
                "Name columns that tell its rows apart: WITH (\"key\" = 'id'), or several with commas between them. Its"
                        + " columns are "
                        + quoted(present.stream().map(Present::name).toList()));
    }

    /// The names that the key's columns have in the table: as declared, else as in the database.
    private List<String> inTable(List<Present> present, List<String> key, String rule) {
        List<String> names = new ArrayList<>();
        for (String name : key) {
            if (definition.declared().isEmpty()) {
                names.add(found(present, name, rule).column());
            } else {
                List<String> declared =
                        definition.declared().stream().map(Column::name).toList();
                names.add(matching(declared, name).orElseThrow(() -> noColumn(declared, name, rule)));
            }
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    rule + " names a column twice: " + quoted(names),
                    "Name each column of the key once.");
        }
        return names;
    }

    private JdbcTable.Growing growing(String name, List<Present> present, String quote) {
        Present column = found(present, name, "jdbc.incremental.column");
        return new JdbcTable.Growing(
                column.name(),
                quoted(column.name(), quote),
                Watermark.Kind.of(column.name(), column.mapping().type(), dialect));
    }

    private Present found(List<Present> present, String name, String rule) {
        List<String> names = present.stream().map(Present::name).toList();
        String match = matching(names, name).orElseThrow(() -> noColumn(names, name, rule));
        return present.get(names.indexOf(match));
    }

    private static Optional<String> matching(List<String> names, String name) {
        return names.contains(name)
                ? Optional.of(name)
                : names.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    private AlluviumException noColumn(List<String> names, String name, String rule) {
        List<String> nearest = Nearest.to(name, names, 1);
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                rule + " names '" + name + "', which is no column of " + what() + "; its columns are " + quoted(names),
                nearest.isEmpty() ? "Name one of these columns." : "Did you mean '" + nearest.getFirst() + "'?");
    }

    private static Column column(List<JdbcColumn> columns, String name) {
        return columns.stream()
                .map(JdbcColumn::column)
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String select(Present column, String quote) {
        return column.mapping().expression().replace("%s", quoted(column.name(), quote));
    }

    private static String quoteOf(Connection connection) throws SQLException {
        String quote = connection.getMetaData().getIdentifierQuoteString();
        return quote == null ? "" : quote.strip();
    }

    private static String quoted(String name, String quote) {
        return quote.isEmpty() ? name : quote + name.replace(quote, quote + quote) + quote;
    }

    private String what() {
        return "'" + relation.text() + "' of " + shownUrl;
    }

    private static String quoted(List<String> names) {
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    }
}
