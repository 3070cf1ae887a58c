package io.alluvium.sql;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/// What a Kafka record has beside its key and value, as columns that a definition over a topic may name. `*` does
/// not mean them.
public enum SystemColumn {
    PARTITION("_partition"),
    OFFSET("_offset"),
    TIMESTAMP("_timestamp"),
    HEADERS("_headers");

    private final String columnName;

    SystemColumn(String columnName) {
        this.columnName = columnName;
    }

    public String columnName() {
        return columnName;
    }

    public Column column() {
        ColumnType type = switch (this) {
            case PARTITION -> ColumnType.INTEGER;
            case OFFSET -> ColumnType.BIGINT;
            case TIMESTAMP -> ColumnType.TIMESTAMPTZ;
            case HEADERS -> ColumnType.JSON;
        };
        return new Column(columnName, type, false);
    }

    static boolean isName(String column) {
        return Arrays.stream(values()).anyMatch(system -> system.columnName.equals(column));
    }

    /// Those that a query names.
    ///
    /// @param declared columns of the values, which are meant where they have the same name
    public static List<SystemColumn> namedIn(SqlNode query, List<Column> declared) {
        var names = new HashSet<String>();
        query.accept(new SqlBasicVisitor<@Nullable Void>() {
            @Override
            public @Nullable Void visit(SqlIdentifier id) {
                names.add(id.names.getLast());
                return null;
            }
        });
        declared.forEach(value -> names.remove(value.name()));
        return Arrays.stream(values())
                .filter(system -> names.contains(system.columnName()))
                .toList();
    }

    /// Puts the names of columns in the place of each `*` over a source.
    ///
    /// @param query is changed
    /// @param source the identifier of the source
    /// @param columns those of the source, with the hidden ones
    static void expandStars(SqlNode query, String source, List<String> columns, Set<String> hidden) {
        query.accept(new SqlBasicVisitor<@Nullable Void>() {
            @Override
            public @Nullable Void visit(SqlCall call) {
                if (call instanceof SqlSelect select && isOver(select.getFrom(), source)) {
                    select.setSelectList(expanded(select.getSelectList()));
                }
                return super.visit(call);
            }

            private SqlNodeList expanded(SqlNodeList items) {
                var list = new SqlNodeList(items.getParserPosition());
                for (SqlNode item : items) {
                    if (item instanceof SqlIdentifier id && id.isStar()) {
                        columns.stream().filter(name -> !hidden.contains(name)).forEach(name -> list.add(of(id, name)));
                    } else {
                        list.add(item);
                    }
                }
                return list;
            }
        });
    }

    private static boolean isOver(@Nullable SqlNode from, String source) {
        return switch (from) {
            case SqlIdentifier id -> id.isSimple() && id.getSimple().equals(source);
            case SqlCall call when call.getKind() == SqlKind.AS -> isOver(call.operand(0), source);
            case null, default -> false;
        };
    }

    /// The column `name` in the place of `*` or `t.*`.
    private static SqlIdentifier of(SqlIdentifier star, String name) {
        int last = star.names.size() - 1;
        SqlParserPos at = Objects.requireNonNull(star.getParserPosition());
        return star.setName(last, name).clone(at) instanceof SqlIdentifier column ? column : star;
    }
}
