package io.alluvium.source.file;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import io.alluvium.format.CsvInference;
import io.alluvium.format.DamagedException;
import io.alluvium.format.JsonDiscovery;
import io.alluvium.format.RowFile;
import io.alluvium.format.Utf8;
import io.alluvium.format.Widening;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The start of the first files, from which columns are found.
final class FileSample {

    private static final int MOST_FILES = 16;
    private static final int MOST_ROW_FILES = 256;
    private static final int MOST_RECORDS = 10_000;
    private static final long MOST_BYTES = 1 << 20;

    private final FilePattern pattern;
    private final EffectiveOptions options;
    private final List<Path> files;
    private final FileFormat.Kind kind;
    private final CsvInference csv = new CsvInference();
    private final JsonDiscovery json;
    private final int mostColumns;
    private List<String> placeNames = List.of();
    private @Nullable AlluviumException damage;
    private Schema rowFiles = new Schema(List.of());

    /// @throws AlluviumException FILE_MISSING when there is no file; CONFIGURATION when one cannot be read,
    ///     or the files are of several formats
    FileSample(FilePattern pattern, EffectiveOptions options) {
        this.pattern = pattern;
        this.options = options;
        this.mostColumns = options.integer("discover.columns.max");
        this.json = new JsonDiscovery(mostColumns);
        try {
            this.files = pattern.match();
        } catch (IOException e) {
            throw FileFaults.translate(e, pattern.text());
        }
        for (Path file : files) {
            pattern.refusal(file).ifPresent(refusal -> {
                throw refusal;
            });
        }
        this.kind = kind();
    }

    private FileFormat.Kind kind() {
        FileFormat.Kind first =
                FileFormat.of(files.getFirst().toString(), options).kind();
        for (Path file : files) {
            if (FileFormat.of(file.toString(), options).kind() != first) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "'" + pattern.text() + "' matches files of different formats: '" + files.getFirst() + "' and '"
                                + file + "'",
                        "Narrow the glob, as in file:///data/*.csv, or say the format of all: \"file.format\" = \"csv\"");
            }
        }
        return first;
    }

    /// The columns that the sample shows.
    ///
    /// @throws AlluviumException FILE_MISSING when it shows none yet
    Schema columns() {
        sample().forEach(file -> readOrPass(file, null));
        Schema columns = switch (kind) {
            case CSV -> csv.schema();
            case JSON_LINES, JSON_ARRAY -> json.schema();
            case PARQUET, AVRO -> rowFiles;
        };
        if (columns.size() == 0) {
            AlluviumException cause = damage;
            throw cause == null ? nothingYet() : cause;
        }
        return columns;
    }

    /// Looks whether the headers have the columns that were declared.
    ///
    /// @throws AlluviumException CONFIGURATION when one has not
    void check(FileTable table) {
        if (kind == FileFormat.Kind.CSV || kind.isRowFile()) {
            sample().forEach(file -> readOrPass(file, table));
        }
    }

    private List<Path> sample() {
        return files.subList(0, Math.min(kind.isRowFile() ? MOST_ROW_FILES : MOST_FILES, files.size()));
    }

    /// Reads a file; one of several that is damaged is left to whoever loads it.
    private void readOrPass(Path file, @Nullable FileTable declared) {
        try {
            read(file, declared);
        } catch (AlluviumException e) {
            if (!kind.isRowFile() || !pattern.isGlob() || e.code() != ErrorCode.DATA) {
                throw e;
            }
            damage = e;
        }
    }

    private void read(Path file, @Nullable FileTable declared) {
        FileFormat format = FileFormat.of(file.toString(), options);
        try (FileChannel channel = FileChannel.open(file)) {
            if (kind.isRowFile()) {
                read(file, format.open(file.toString(), channel), declared);
                return;
            }
            TextWindow text = format.isCompressed()
                    ? TextWindow.of(channel, format.compression(), format.charset())
                    : TextWindow.of(channel, format.charset(), 0, channel.size());
            boolean takesLast = format.isWhole() || !options.bool("file.watch");
            Records records = Records.of(format, text, 1, takesLast);
            read(file, format, records, declared);
        } catch (DamagedException e) {
            // What came before is a sample, too; whoever loads the file says where it ends.
            damage = FileFaults.translate(e, file.toString());
        } catch (IOException e) {
            throw FileFaults.translate(e, file.toString());
        }
    }

    /// Takes the columns that a file says it has; those of several files together hold the values of all.
    private void read(Path file, RowFile rows, @Nullable FileTable declared) throws IOException {
        if (declared != null) {
            declared.rows(file.toString(), rows);
            return;
        }
        FileTable.checkNames(file.toString(), rows.columns().names());
        for (Column column : rows.columns().columns()) {
            int known = rowFiles.indexOf(column.name());
            if (known >= 0) {
                ColumnType both = Widening.of(rowFiles.column(known).type(), column.type());
                rowFiles = rowFiles.with(Column.of(column.name(), both));
            } else if (rowFiles.size() < mostColumns) {
                rowFiles = rowFiles.with(Column.of(column.name(), column.type()));
            }
        }
    }

    private void read(Path file, FileFormat format, Records records, @Nullable FileTable declared) throws IOException {
        Preamble preamble = Preamble.read(file.toString(), format, records);
        if (preamble == null) {
            return;
        }
        if (declared != null) {
            declared.rows(file.toString(), preamble, records);
            return;
        }
        FileTable.checkNames(file.toString(), preamble.names());
        csv.names(preamble.names());
        for (int i = 0; i < MOST_RECORDS && !isEnough(records.text) && records.next(); i++) {
            add(file, records, preamble.names());
        }
    }

    private static boolean isEnough(TextWindow text) {
        return text.textOffset(text.from) >= MOST_BYTES;
    }

    private void add(Path file, Records records, List<String> names) {
        if (records.problem != null || !Utf8.isValid(records.bytes(), records.start, records.end)) {
            if (records instanceof ArrayRecords array && array.isNoArray()) {
                throw noArray(file, records.problem);
            }
            return;
        }
        if (records instanceof CsvRecords rows) {
            if (names.isEmpty() && placeNames.isEmpty()) {
                placeNames = IntStream.range(0, rows.fields().count())
                        .mapToObj(Preamble::generated)
                        .toList();
                csv.names(placeNames);
            }
            csv.add(rows.fields(), records.bytes(), names.isEmpty() ? placeNames : names);
        } else {
            json.add(Arrays.copyOfRange(records.bytes(), records.start, records.end));
        }
    }

    private static AlluviumException noArray(Path file, @Nullable String problem) {
        return new AlluviumException(
                ErrorCode.DATA,
                "'" + file + "' cannot be read: " + problem,
                "For one object a line: WITH (\"file.format\" = \"jsonl\")");
    }

    private AlluviumException nothingYet() {
        String what = files.size() == 1
                ? "file '" + files.getFirst() + "' is empty"
                : "the files that match '" + pattern.text() + "' are empty";
        String hint = new WaysOut(FaultCategory.FILE_MISSING, "tried again as long as \"file.wait.timeout\" says.")
                .way("Declare the columns: CREATE TABLE t (id BIGINT PRIMARY KEY, …) AS SELECT * FROM …")
                .way("Wait for rows: WITH (\"file.wait.timeout\" = \"60s\")")
                .text(null);
        return new AlluviumException(
                ErrorCode.FILE_MISSING, what + ": there is nothing to discover columns from", hint);
    }
}
