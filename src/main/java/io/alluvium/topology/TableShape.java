package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.sql.RowTransform;
import io.alluvium.sql.Statement.CreateTable;
import io.alluvium.sql.TablePlan;
import io.alluvium.sql.TablePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How the records of a feed become the rows of a table: the columns of the records, then one selection after the
/// other (those of the tables that it selects from, its own last). Immutable; other columns in the records make
/// another shape.
///
/// @param version grows with each shape of a table
/// @param records the columns of the feed's records
/// @param rows the columns of the table; a column never leaves its place from one shape to the next
/// @param order for each column of `rows` its place in what the last selection gives
record TableShape(
        int version,
        Feed feed,
        Schema records,
        List<CreateTable> selections,
        Schema rows,
        List<Integer> order,
        List<String> key,
        String keyRule) {

    TableShape {
        selections = List.copyOf(selections);
        order = List.copyOf(order);
        key = List.copyOf(key);
    }

    static TableShape of(Feed feed, List<CreateTable> selections) {
        return planned(1, feed, feed.schema(), selections, Schema.of());
    }

    /// The shape for records with other columns.
    TableShape evolved(Schema wider) {
        return planned(version + 1, feed, wider, selections, rows);
    }

    /// This shape without the columns of the records that `next`, which reads its rows, has no use for.
    TableShape onlyWith(RowTransform next) {
        Set<Integer> needed = next.inputsOf(all(next.output().size()));
        for (RowTransform selection : everyTransform().reversed()) {
            needed = selection.inputsOf(needed);
        }
        Set<Integer> kept = needed;
        var columns = new ArrayList<Column>();
        for (int i = 0; i < records.size(); i++) {
            String name = records.column(i).name();
            if (kept.contains(i)
                    || feed.key().contains(name)
                    || feed.system().has(name)
                    || name.equals(JsonRowDecoder.MISFITS)) {
                columns.add(records.column(i));
            }
        }
        return of(feed.with(new Schema(columns)), selections);
    }

    private static Set<Integer> all(int size) {
        return IntStream.range(0, size).boxed().collect(Collectors.toSet());
    }

    private static TableShape planned(
            int version, Feed feed, Schema records, List<CreateTable> selections, Schema rowsBefore) {
        List<TablePlan.Selection> plans = plans(feed, records, selections);
        Schema given = plans.isEmpty() ? records : plans.getLast().schema();
        List<String> key = plans.isEmpty() ? feed.key() : plans.getLast().key();
        String rule = plans.isEmpty() ? feed.keyRule() : plans.getLast().keyRule();
        Schema rows = inPlace(given, rowsBefore);
        List<Integer> order = rows.names().stream().map(given::indexOf).toList();
        return new TableShape(version, feed, records, selections, rows, order, key, rule);
    }

    /// The plan of each selection over what the one before it gives.
    private static List<TablePlan.Selection> plans(Feed feed, Schema records, List<CreateTable> selections) {
        var plans = new ArrayList<TablePlan.Selection>();
        Schema schema = records;
        List<String> key = feed.key();
        String rule = feed.keyRule();
        Set<String> hidden = feed.system().names();
        for (CreateTable selection : selections) {
            TablePlan.Selection plan = selection(selection, schema, key, rule, hidden);
            hidden = Set.of();
            plans.add(plan);
            schema = plan.schema();
            key = plan.key();
            rule = plan.keyRule();
        }
        return plans;
    }

    /// The columns of `schema`, those that `before` has at the places that they have there.
    private static Schema inPlace(Schema schema, Schema before) {
        var columns = new ArrayList<Column>();
        for (String name : before.names()) {
            columns.add(schema.column(schema.indexOf(name)));
        }
        for (Column column : schema.columns()) {
            if (before.indexOf(column.name()) < 0) {
                columns.add(column);
            }
        }
        return new Schema(columns);
    }

    /// The columns of `rows` that `*` does not mean.
    Set<String> hidden() {
        return selections.isEmpty() ? feed.system().names() : Set.of();
    }

    private static TablePlan.Selection selection(
            CreateTable create, Schema source, List<String> key, String rule, Set<String> hidden) {
        return switch (TablePlanner.plan(create, source, key, rule, hidden)) {
            case TablePlan.Selection plan -> plan;
            case TablePlan.Aggregation plan ->
                throw new IllegalStateException(create.definition().name() + " is computed by a job");
        };
    }

    /// The definitions of the selections, for names that tell one shape from another.
    String selectionsText() {
        return selections.stream().map(CreateTable::sql).collect(Collectors.joining("\n"));
    }

    /// The selections as code for one thread; those that change nothing are left out.
    List<RowTransform> transforms() {
        return everyTransform().stream()
                .filter(transform -> !transform.isIdentity())
                .toList();
    }

    private List<RowTransform> everyTransform() {
        return plans(feed, records, selections).stream()
                .map(TablePlan.Selection::transform)
                .toList();
    }

    /// Whether the columns stand in the order in which the last selection gives them.
    boolean isInOrder() {
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i) != i) {
                return false;
            }
        }
        return true;
    }

    int[] keyColumns() {
        return key.stream().mapToInt(rows::indexOf).toArray();
    }
}
