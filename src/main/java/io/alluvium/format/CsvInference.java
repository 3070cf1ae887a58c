package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.format.FieldText.NumberForm;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the types of CSV columns from a sample of records: the type that holds all values of a column. A
/// column without a value is VARCHAR, as is one whose numbers have leading zeros.
public final class CsvInference {

    private static final int BIGINT_DIGITS = 19;

    private final Map<String, Guess> columns = new LinkedHashMap<>();

    private enum Form {
        FLAG,
        WHOLE,
        DECIMAL,
        DOUBLE,
        DATE,
        TIMESTAMP,
        TEXT
    }

    /// What the values of one column look like, and the digits that its numbers were seen to have.
    private static final class Guess {
        private final Set<Form> forms = EnumSet.noneOf(Form.class);
        private int wholeDigits;
        private int scale;

        ColumnType type() {
            if (forms.isEmpty()) {
                return ColumnType.VARCHAR;
            } else if (isOnly(Form.FLAG, Form.FLAG, Form.FLAG)) {
                return ColumnType.BOOLEAN;
            } else if (isOnly(Form.WHOLE, Form.DECIMAL, Form.DOUBLE)) {
                return number();
            } else if (isOnly(Form.DATE, Form.TIMESTAMP, Form.TIMESTAMP)) {
                return forms.contains(Form.TIMESTAMP) ? ColumnType.TIMESTAMP : ColumnType.DATE;
            }
            return ColumnType.VARCHAR;
        }

        private boolean isOnly(Form first, Form second, Form third) {
            return EnumSet.of(first, second, third).containsAll(forms);
        }

        private ColumnType number() {
            if (forms.contains(Form.DOUBLE)) {
                return ColumnType.DOUBLE;
            } else if (!forms.contains(Form.DECIMAL)) {
                return ColumnType.BIGINT;
            }
            return wholeDigits + scale > ColumnType.MAX_DIGITS
                    ? ColumnType.VARCHAR
                    : Widening.decimal(wholeDigits, scale);
        }

        void add(byte[] data, int from, int to) {
            NumberForm number = FieldText.numberForm(data, from, to);
            if (number != NumberForm.NONE) {
                addNumber(number, FieldText.text(data, from, to));
            } else if (FieldText.isWord(data, from, to, "true") || FieldText.isWord(data, from, to, "false")) {
                forms.add(Form.FLAG);
            } else {
                forms.add(time(data, from, to));
            }
        }

        private void addNumber(NumberForm number, String text) {
            if (number == NumberForm.EXPONENT) {
                forms.add(Form.DOUBLE);
                return;
            }
            var value = new BigDecimal(text);
            int digits = DecimalText.wholeDigits(value);
            wholeDigits = Math.max(wholeDigits, digits);
            scale = Math.max(scale, value.scale());
            forms.add(number == NumberForm.WHOLE && isLong(value, digits) ? Form.WHOLE : Form.DECIMAL);
        }

        private static boolean isLong(BigDecimal value, int digits) {
            return digits < BIGINT_DIGITS || value.toBigInteger().bitLength() < Long.SIZE;
        }

        private static Form time(byte[] data, int from, int to) {
            if (from == to || data[from] < '0' || data[from] > '9') {
                return Form.TEXT;
            }
            String text = new String(data, from, to - from, StandardCharsets.UTF_8);
            try {
                TemporalText.parseTimestamp(text);
            } catch (DateTimeException | ArithmeticException e) {
                return Form.TEXT;
            }
            return text.indexOf(':') < 0 ? Form.DATE : Form.TIMESTAMP;
        }
    }

    /// Makes columns known in their order, also when no record has a value for them.
    public void names(List<String> names) {
        names.forEach(name -> columns.computeIfAbsent(name, n -> new Guess()));
    }

    /// Takes up one record. Fields without a name, and names without a field, are passed over.
    public void add(CsvFields fields, byte[] data, List<String> names) {
        for (int i = 0; i < Math.min(names.size(), fields.count()); i++) {
            if (!fields.isNull(data, i)) {
                fields.select(data, i);
                int from = FieldText.skipBlanks(fields.bytes(), fields.from(), fields.to());
                int to = FieldText.skipBlanksBack(fields.bytes(), from, fields.to());
                columns.computeIfAbsent(names.get(i), n -> new Guess()).add(fields.bytes(), from, to);
            }
        }
    }

    public Schema schema() {
        return new Schema(columns.entrySet().stream()
                .map(e -> Column.of(e.getKey(), e.getValue().type()))
                .toList());
    }
}
