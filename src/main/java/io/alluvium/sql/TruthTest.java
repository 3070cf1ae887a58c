package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;

/// NOT, and the tests that are never NULL: IS [NOT] NULL, IS [NOT] TRUE, IS [NOT] FALSE.
final class TruthTest extends Computed {

    /// What the result is for an operand that is TRUE, FALSE or NULL; `IS NULL` takes any operand.
    enum Test {
        NOT,
        IS_NULL,
        IS_NOT_NULL,
        IS_TRUE,
        IS_NOT_TRUE,
        IS_FALSE,
        IS_NOT_FALSE
    }

    private final Test test;
    private final Expression operand;

    TruthTest(Test test, Expression operand) {
        super(ColumnType.BOOLEAN);
        this.test = test;
        this.operand = operand;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        Vector value = operand.evaluate(input, selection);
        Vector out = result(selection);
        for (int i = 0; i < selection.size(); i++) {
            int row = selection.row(i);
            boolean isNull = value.isNull(row);
            switch (test) {
                case NOT -> {
                    if (isNull) {
                        out.setNull(row);
                    } else {
                        out.setBoolean(row, !value.getBoolean(row));
                    }
                }
                case IS_NULL -> out.setBoolean(row, isNull);
                case IS_NOT_NULL -> out.setBoolean(row, !isNull);
                case IS_TRUE -> out.setBoolean(row, !isNull && value.getBoolean(row));
                case IS_NOT_TRUE -> out.setBoolean(row, isNull || !value.getBoolean(row));
                case IS_FALSE -> out.setBoolean(row, !isNull && !value.getBoolean(row));
                case IS_NOT_FALSE -> out.setBoolean(row, isNull || value.getBoolean(row));
            }
        }
        return out;
    }
}
