package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.sql.TablePlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What both halves of an aggregation read off its plan.
final class Aggregations {

    private Aggregations() {}

    /// The types of a contribution: the group's columns, then the arguments of the aggregates.
    static List<ColumnType> contributionTypes(TablePlan.Aggregation plan) {
        return plan.contribution().output().columns().stream().map(Column::type).toList();
    }

    /// The codec of the group's key; null when there is one group of all rows.
    static @Nullable KeyCodec groupKey(TablePlan.Aggregation plan) {
        return plan.groupCount() == 0
                ? null
                : new KeyCodec(contributionTypes(plan).subList(0, plan.groupCount()));
    }
}
