package io.alluvium.source.jdbc;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is read, as it was found in the database.
///
/// @param columns those of the table
/// @param key the key's columns with their types in the table
/// @param growing the column that grows, where the mode needs one
/// @param strict whether the columns were declared, and values that do not fit are refused
record JdbcTable(
        Relation relation, List<JdbcColumn> columns, List<Column> key, Optional<Growing> growing, boolean strict) {

    /// The column that grows with each change.
    ///
    /// @param select its name in quotes
    record Growing(String name, String select, Watermark.Kind kind) {}

    JdbcTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /// The statement for all rows, up to FROM and what is read.
    String select() {
        return columns.stream().map(JdbcColumn::select).collect(Collectors.joining(", ", "SELECT ", from()));
    }

    String from() {
        return " FROM " + relation.from();
    }

    /// The same with the growing column behind the others.
    String selectGrowing(Growing column) {
        return columns.stream()
                .map(JdbcColumn::select)
                .collect(Collectors.joining(", ", "SELECT ", ", " + column.select() + from()));
    }

    /// Only the key, for looking which rows are there.
    JdbcTable onlyKey() {
        List<JdbcColumn> only = key.stream()
                .map(k -> columns.stream()
                        .filter(c -> c.column().name().equals(k.name()))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new JdbcTable(relation, only, key, Optional.empty(), strict);
    }

    /// The name in quotes of a key that is one whole number, by which the table can be read in ranges.
    Optional<String> wholeKey() {
        if (relation.isQuery() || key.size() != 1) {
            return Optional.empty();
        }
        ColumnType.Kind kind = key.getFirst().type().kind();
        return kind == ColumnType.Kind.BIGINT || kind == ColumnType.Kind.INTEGER
                ? Optional.of(onlyKey().columns().getFirst().select())
                : Optional.empty();
    }

    RowEncoder encoder() {
        return new RowEncoder(relation.text(), columns, key, strict);
    }
}
