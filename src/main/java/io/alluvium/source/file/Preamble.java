package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.CsvFields;
import io.alluvium.format.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands in a file before its rows: the lines that are left out, and the header.
///
/// @param names the names in the header, those that are blank replaced by `column` and their number; empty
///     without one
/// @param end the byte offset of the first row
/// @param line its line number
record Preamble(List<String> names, long end, long line) {

    Preamble {
        names = List.copyOf(names);
    }

    /// Reads it from the start of a file; `records` then stands before the first row.
    ///
    /// @return null when it is not all there yet
    /// @throws AlluviumException DATA when the header cannot be read
    static @Nullable Preamble read(String path, FileFormat format, Records records) throws IOException {
        if (!records.skipLines(format.skipLines())) {
            return null;
        }
        if (!format.isHeaded() || !(records instanceof CsvRecords csv)) {
            return new Preamble(List.of(), records.offsetBehind(), records.nextLine);
        }
        if (!csv.next()) {
            return null;
        }
        String problem = csv.problem;
        if (problem == null && !Utf8.isValid(csv.bytes(), csv.start, csv.end)) {
            problem = "it is not valid " + format.charset();
        }
        if (problem != null) {
            throw new AlluviumException(
                    ErrorCode.DATA,
                    "the header of '" + path + "' in line " + csv.line + " cannot be read: " + problem,
                    "Check \"file.quote\", \"file.encoding\" and \"file.skip.lines\"; without a header:"
                            + " \"file.header\" = \"false\"");
        }
        return new Preamble(names(csv), csv.offsetBehind(), csv.nextLine);
    }

    private static List<String> names(CsvRecords csv) {
        CsvFields fields = csv.fields();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.text(csv.bytes(), i).strip();
            names.add(name.isEmpty() ? generated(i) : name);
        }
        return names;
    }

    /// The name of a column that the file gives none, by its place from 0.
    static String generated(int index) {
        return "column" + (index + 1);
    }
}
