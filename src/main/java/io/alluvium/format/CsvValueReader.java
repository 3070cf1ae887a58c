package io.alluvium.format;

import io.alluvium.data.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values that are one CSV record each, with commas and double quotes.
final class CsvValueReader implements ValueReader {

    private final CsvFields fields = new CsvFields(CsvDialect.STANDARD);
    private final CsvRowEncoder encoder;

    /// @param columns of the fields, in their order
    /// @param strict whether fields that the columns' types cannot hold are refused
    CsvValueReader(List<Column> columns, boolean strict) {
        var places = new ArrayList<CsvRowEncoder.Field>();
        for (Column column : columns) {
            places.add(new CsvRowEncoder.Field(column, places.size()));
        }
        encoder = new CsvRowEncoder(fields, columns.size(), places, List.of(), strict);
    }

    @Override
    public byte[] read(byte[] value) throws BadValueException {
        String problem = problem(fields, value);
        if (problem != null) {
            throw new BadValueException(null, problem);
        }
        if (!encoder.encode(value)) {
            throw new BadValueException(encoder.column(), encoder.reason());
        }
        return encoder.value();
    }

    /// Finds the fields of a value; null when it is one record.
    private static @Nullable String problem(CsvFields fields, byte[] value) {
        if (!Utf8.isValid(value, 0, value.length)) {
            return "the value is not UTF-8";
        }
        int end = fields.parse(value, 0, value.length, true);
        if (end == CsvFields.BROKEN) {
            return fields.problem();
        }
        if (end == CsvFields.INCOMPLETE) {
            return "a quote is not closed";
        }
        return end < value.length ? "something follows the CSV record" : null;
    }

    /// The columns `column1`, `column2` and so on of a sample, with the types that hold all of its values.
    static List<Column> columns(List<byte[]> sample, int mostColumns) {
        var fields = new CsvFields(CsvDialect.STANDARD);
        var found = new CsvInference();
        var names = new ArrayList<String>();
        for (byte[] value : sample) {
            if (problem(fields, value) == null) {
                while (names.size() < Math.min(fields.count(), mostColumns)) {
                    names.add("column" + (names.size() + 1));
                }
                found.names(names);
                found.add(fields, value, names);
            }
        }
        return found.schema().columns();
    }
}
