package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.util.List;

/// What a definition's SELECT does with the rows of its source, and which key the table has.
public sealed interface TablePlan {

    /// The table's columns.
    Schema schema();

    /// The key's columns in [#schema()].
    List<String> key();

    /// Which rule chose the key, in words.
    String keyRule();

    /// Each row of the source gives at most one of the table.
    ///
    /// @param sourceKey the columns of the source that the key's columns are, in the key's order. Where they are
    ///     not the source's own key, the rows have to be brought to this key first.
    record Selection(RowTransform transform, Schema schema, List<String> key, String keyRule, List<String> sourceKey)
            implements TablePlan {
        public Selection {
            key = List.copyOf(key);
            sourceKey = List.copyOf(sourceKey);
        }
    }

    enum Function {
        COUNT,
        SUM,
        AVG,
        MIN,
        MAX
    }

    /// @param column the place of the argument in the contribution, -1 for `COUNT(*)`
    /// @param type the type of the result
    record Aggregate(Function function, int column, ColumnType type) {}

    /// A row for each group.
    ///
    /// @param contribution what a row of the source contributes: the group's columns, then the arguments
    /// @param groupCount how many columns make up the group; 0 for one group of all rows
    /// @param result HAVING and the select list, over the group's columns followed by the aggregates
    record Aggregation(
            RowTransform contribution,
            int groupCount,
            List<Aggregate> aggregates,
            RowTransform result,
            Schema schema,
            List<String> key,
            String keyRule)
            implements TablePlan {
        public Aggregation {
            aggregates = List.copyOf(aggregates);
            key = List.copyOf(key);
        }
    }
}
