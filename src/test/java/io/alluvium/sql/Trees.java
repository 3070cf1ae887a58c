package io.alluvium.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.dialect.AnsiSqlDialect;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/// Shows the trees of queries in tests.
final class Trees {

    private Trees() {}

    /// The query on one line, without quotes around names.
    static String text(SqlNode node) {
        return node.toSqlString(config -> config.withDialect(AnsiSqlDialect.DEFAULT)
                        .withQuoteAllIdentifiers(false)
                        .withAlwaysUseParentheses(false)
                        .withSelectListItemsOnSeparateLines(false)
                        .withUpdateSetListNewline(false)
                        .withClauseStartsLine(false)
                        .withIndentation(0))
                .getSql()
                .replaceAll("\\s+", " ")
                .replace("`", "")
                .replace("\"", "");
    }

    /// The numbers of the parameters in the order of the text.
    static List<Integer> parameters(SqlNode node) {
        var found = new ArrayList<Integer>();
        node.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlDynamicParam parameter) {
                found.add(parameter.getIndex());
                return null;
            }
        });
        return found;
    }
}
