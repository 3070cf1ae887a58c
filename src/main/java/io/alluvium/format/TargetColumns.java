package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.format.ValueReader.OtherColumnsException;
import java.util.List;

/// The columns that values are read into.
///
/// @param columns all of them
/// @param others how many of the first ones are not in the values
/// @param open whether they were discovered, so that values may ask for wider ones; else they were declared
/// @param most how many there may be in the values; 0 when none may be added
public record TargetColumns(Schema columns, int others, boolean open, int most) {

    /// Declared columns, all of them in the values.
    static TargetColumns declared(Schema columns) {
        return new TargetColumns(columns, 0, false, 0);
    }

    /// The column of a name; text when there is none.
    Column named(String name) {
        int at = columns.indexOf(name);
        return at < 0 ? Column.of(name, ColumnType.VARCHAR) : columns.column(at);
    }

    /// Whether a field of a value is of use.
    boolean wants(String field) {
        return most > 0 || columns.indexOf(field) >= others;
    }

    /// Checks that the columns hold what values of a schema have.
    ///
    /// @param found the columns that the schema asks for
    /// @throws OtherColumnsException when they do not, and may be others
    void check(List<Column> found) throws OtherColumnsException {
        if (!open) {
            return;
        }
        Schema needed = columns;
        for (Column column : found) {
            int at = needed.indexOf(column.name());
            if (at >= others) {
                Column present = needed.column(at);
                needed = needed.with(new Column(
                        column.name(),
                        Widening.of(present.type(), column.type()),
                        present.nullable() || column.nullable()));
            } else if (at < 0 && needed.size() - others < most) {
                needed = needed.with(Column.of(column.name(), column.type()));
            }
        }
        needed = withoutDemandOnAbsent(needed, found);
        if (!needed.equals(columns)) {
            throw new OtherColumnsException(needed);
        }
    }

    /// A column that values of the schema do not have is NULL in their rows.
    private Schema withoutDemandOnAbsent(Schema needed, List<Column> found) {
        Schema relaxed = needed;
        for (int i = others; i < needed.size(); i++) {
            Column column = needed.column(i);
            if (!column.nullable() && found.stream().noneMatch(f -> f.name().equals(column.name()))) {
                relaxed = relaxed.with(Column.of(column.name(), column.type()));
            }
        }
        return relaxed;
    }

    /// The columns of two schemas of one topic: those that only one of them has are nullable.
    static List<Column> merged(List<Column> first, List<Column> second) {
        try {
            new TargetColumns(new Schema(first), 0, true, Integer.MAX_VALUE).check(second);
            return first;
        } catch (OtherColumnsException other) {
            return other.columns().columns();
        }
    }
}
