package io.alluvium.source.file;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.alluvium.format.CsvRowEncoder;
import io.alluvium.format.RowFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the reader of a table's files has to know.
///
/// @param columns those of the values, without `_key`
/// @param key the key's columns; empty when a row's key is its place
/// @param isStrict whether the columns were declared
record FileTable(FilePattern pattern, EffectiveOptions options, Schema columns, List<Column> key, boolean isStrict) {

    FileTable {
        key = List.copyOf(key);
    }

    boolean isByPlace() {
        return key.isEmpty();
    }

    boolean isWatched() {
        return options.bool("file.watch");
    }

    /// Makes the rows of one file.
    ///
    /// @throws AlluviumException CONFIGURATION when the file's header does not fit the columns
    Rows rows(String path, Preamble preamble, Records records) {
        if (!(records instanceof CsvRecords csv)) {
            return rows();
        }
        return new CsvRows(
                new CsvRowEncoder(csv.fields(), fieldCount(preamble), fields(path, preamble.names()), key, isStrict),
                !key.isEmpty());
    }

    /// How many fields a record of CSV has.
    int fieldCount(Preamble preamble) {
        return preamble.names().isEmpty() ? columns.size() : preamble.names().size();
    }

    /// Makes rows of objects.
    JsonRows rows() {
        return new JsonRows(columns, key, isStrict);
    }

    /// Reads the rows of a file that carries its columns.
    ///
    /// @throws AlluviumException CONFIGURATION when the file's columns do not fit those of the table
    RowFile.Cursor rows(String path, RowFile file) throws IOException {
        List<String> names = file.columns().names();
        Map<String, String> columnsByField = new LinkedHashMap<>();
        if (isStrict) {
            for (Column column : columns.columns()) {
                columnsByField.put(names.get(place(path, names, column.name())), column.name());
            }
        } else {
            checkNames(path, names);
            names.forEach(name -> columnsByField.put(name, name));
        }
        return file.rows(columnsByField);
    }

    /// Which field of a record belongs to which column: by the header's names, in any case for declared
    /// columns, or without a header by place. A name that is no column yet becomes a VARCHAR.
    private List<CsvRowEncoder.Field> fields(String path, List<String> names) {
        List<CsvRowEncoder.Field> fields = new ArrayList<>();
        if (names.isEmpty()) {
            for (int i = 0; i < columns.size(); i++) {
                fields.add(new CsvRowEncoder.Field(columns.column(i), i));
            }
        } else if (isStrict) {
            for (Column column : columns.columns()) {
                fields.add(new CsvRowEncoder.Field(column, place(path, names, column.name())));
            }
        } else {
            checkNames(path, names);
            for (int i = 0; i < names.size(); i++) {
                int known = columns.indexOf(names.get(i));
                fields.add(new CsvRowEncoder.Field(
                        known >= 0 ? columns.column(known) : Column.of(names.get(i), ColumnType.VARCHAR), i));
            }
        }
        return fields;
    }

    private static int place(String path, List<String> names, String wanted) {
        int exact = names.indexOf(wanted);
        if (exact >= 0 && names.lastIndexOf(wanted) != exact) {
            throw twice(path, wanted);
        }
        for (int i = 0; exact < 0 && i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(wanted)) {
                return i;
            }
        }
        if (exact >= 0) {
            return exact;
        }
        List<String> nearest = Nearest.to(wanted, names, 1);
        throw new AlluviumException(
                ErrorCode.CONFIGURATION,
                "'" + path + "' has no column '" + wanted + "'; it has " + quoted(names),
                (nearest.isEmpty() ? "" : "Did you mean '" + nearest.getFirst() + "'? ")
                        + "Declare columns as the file names them; for CSV without a header:"
                        + " \"file.header\" = \"false\"");
    }

    /// @throws AlluviumException CONFIGURATION when a name stands twice or is kept for the service
    static void checkNames(String path, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw twice(path, name);
            }
        }
        if (seen.contains(FileSource.PLACE)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "'" + path + "' has a column '" + FileSource.PLACE + "', which is the name of a table's own key",
                    "Declare the columns to read, without it: CREATE TABLE t (id BIGINT PRIMARY KEY, …) AS …");
        }
    }

    private static AlluviumException twice(String path, String name) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "'" + path + "' has the column '" + name + "' twice",
                "Give the columns different names; or leave the header out with \"file.skip.lines\" = \"1\" and"
                        + " \"file.header\" = \"false\", and declare the columns in their order.");
    }

    static String quoted(List<String> names) {
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    }
}
