package io.alluvium.table.rocksdb;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.table.Widened;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Reads rows of one layout as a table with later columns has them: columns meet by name; one that the row does not
/// have is NULL, one that has become wider is widened as it is read, by the same steps. Immutable.
final class RowReader {

    private static final int ABSENT = -1;

    private final RowLayout layout;
    private final Schema schema;
    /// For each column of the table its place in the row, or [#ABSENT].
    private final int[] places;
    private final boolean[] isWidened;
    /// For each column that is widened the types on the way, that of the table last.
    private final List<List<ColumnType>> steps = new ArrayList<>();

    /// @param later the layouts that came after this one, the present one last
    RowReader(RowLayout layout, List<RowLayout> later, Schema schema) {
        this.layout = layout;
        this.schema = schema;
        this.places = new int[schema.size()];
        this.isWidened = new boolean[schema.size()];
        for (int c = 0; c < places.length; c++) {
            int place = layout.schema().indexOf(schema.column(c).name());
            places[c] = place < 0 ? ABSENT : place;
            steps.add(place < 0 ? List.of() : steps(layout.schema().column(place), later));
            isWidened[c] = !steps.get(c).isEmpty();
        }
    }

    private static List<ColumnType> steps(Column stored, List<RowLayout> later) {
        var types = new ArrayList<ColumnType>();
        ColumnType type = stored.type();
        for (RowLayout layout : later) {
            int place = layout.schema().indexOf(stored.name());
            if (place >= 0 && !layout.schema().column(place).type().equals(type)) {
                type = layout.schema().column(place).type();
                types.add(type);
            }
        }
        return types;
    }

    boolean isNull(byte[] row, int column) {
        int place = places[column];
        return place == ABSENT || layout.isNull(row, place);
    }

    long getLong(byte[] row, int column) {
        return isWidened[column] ? widened(row, column).getLong(0) : layout.getLong(row, places[column]);
    }

    double getDouble(byte[] row, int column) {
        return isWidened[column] ? widened(row, column).getDouble(0) : layout.getDouble(row, places[column]);
    }

    Object getObject(byte[] row, int column) {
        return isWidened[column] ? widened(row, column).getObject(0) : layout.getObject(row, places[column]);
    }

    BigDecimal getDecimal(byte[] row, int column) {
        ColumnType type = schema.column(column).type();
        return type.storage() == ColumnType.Storage.LONG
                ? BigDecimal.valueOf(getLong(row, column), type.scale())
                : (BigDecimal) getObject(row, column);
    }

    void read(byte[] row, int column, Vector target, int targetRow) {
        if (isNull(row, column)) {
            target.setNull(targetRow);
        } else if (isWidened[column]) {
            target.copyFrom(widened(row, column), 0, targetRow);
        } else {
            layout.read(row, places[column], target, targetRow);
        }
    }

    private Vector widened(byte[] row, int column) {
        int place = places[column];
        var value = new Vector(layout.schema().column(place).type(), 1);
        layout.read(row, place, value, 0);
        for (ColumnType type : steps.get(column)) {
            var wider = new Vector(type, 1);
            Widened.convert(value, 0, wider, 0);
            value = wider;
        }
        return value;
    }
}
