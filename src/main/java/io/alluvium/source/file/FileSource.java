package io.alluvium.source.file;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.alluvium.metrics.Meters;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One file, or the files that match a glob, as the source of a table.
///
/// Columns are those that the definition declares, else what a sample shows. The key is what the definition
/// names, else the option `key`, else a column `id`, else a row's place: its file's path, a colon and its
/// byte offset.
public final class FileSource implements ExternalSource {

    /// The column that holds a row's place where nothing else is the key.
    static final String PLACE = "_key";

    private static final String THREADS = "file.read.threads";
    private static final int DEFAULT_THREADS = Math.min(8, Runtime.getRuntime().availableProcessors());

    private final TableDefinition definition;
    private final EffectiveOptions options;
    private final FilePattern pattern;

    private FileSource(TableDefinition definition, EffectiveOptions options, FilePattern pattern) {
        this.definition = definition;
        this.options = options;
        this.pattern = pattern;
    }

    /// @param roots the directories that may be read; empty for all
    /// @throws AlluviumException CONFIGURATION when the path is empty or no path
    public static FileSource of(
            SourceDefinition.Files files,
            TableDefinition definition,
            EffectiveOptions options,
            List<Path> roots,
            Meters meters) {
        Runnable listing = meters.fileListings(definition.name().toString());
        return new FileSource(definition, options, new FilePattern(files.pattern(), roots, listing));
    }

    @Override
    public Discovery discover() {
        var sample = new FileSample(pattern, options);
        Schema columns;
        if (definition.declared().isEmpty()) {
            columns = sample.columns();
        } else {
            columns = new Schema(definition.declared());
            sample.check(new FileTable(pattern, options, columns, List.of(), true));
        }
        FileTable.checkNames(pattern.text(), columns.names());
        return keyed(columns);
    }

    @Override
    public Loader open(Discovery discovery, String topic) {
        return open(discovery, Changes.MOST_ROWS);
    }

    FileLoader open(Discovery discovery, int commitRows) {
        return open(discovery, commitRows, Readers.RANGE_BYTES);
    }

    /// @param rangeBytes how many bytes of a large file one thread reads before others
    FileLoader open(Discovery discovery, int commitRows, int rangeBytes) {
        List<Column> columns = new ArrayList<>(discovery.schema().columns());
        List<Column> key = List.of();
        if (discovery.key().equals(List.of(PLACE))) {
            columns.removeFirst();
        } else {
            key = discovery.key().stream()
                    .map(name -> discovery.schema().column(discovery.schema().indexOf(name)))
                    .toList();
        }
        boolean strict = !definition.declared().isEmpty()
                && options.text("on.cast.error").equals("error");
        return new FileLoader(
                new FileTable(pattern, options, new Schema(columns), key, strict),
                new Readers(options.findInteger(THREADS).orElse(DEFAULT_THREADS), rangeBytes),
                commitRows,
                System::nanoTime);
    }

    private Discovery keyed(Schema columns) {
        if (!definition.primaryKey().isEmpty()) {
            return new Discovery(columns, found(columns, definition.primaryKey(), "PRIMARY KEY"), "PRIMARY KEY");
        }
        Optional<String> option = options.find("key");
        if (option.isPresent()) {
            List<String> names = Arrays.stream(option.get().split(",", -1))
                    .map(String::strip)
                    .toList();
            return new Discovery(columns, found(columns, names, "the option \"key\""), "option key");
        }
        Optional<String> id = find(columns, "id");
        if (id.isPresent()) {
            return new Discovery(columns, List.of(id.get()), "column id");
        }
        List<Column> withPlace = new ArrayList<>();
        withPlace.add(new Column(PLACE, ColumnType.VARCHAR, false));
        withPlace.addAll(columns.columns());
        return new Discovery(new Schema(withPlace), List.of(PLACE), "place in the file");
    }

    private List<String> found(Schema columns, List<String> names, String rule) {
        List<String> key = names.stream()
                .map(name -> find(columns, name).orElseThrow(() -> noColumn(columns, name, rule)))
                .toList();
        if (key.stream().distinct().count() < key.size()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    rule + " names a column twice: " + FileTable.quoted(key),
                    "Name each column of the key once.");
        }
        return key;
    }

    private AlluviumException noColumn(Schema columns, String name, String rule) {
        List<String> nearest = Nearest.to(name, columns.names(), 1);
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                rule + " names '" + name + "', which is no column of " + pattern.text() + "; its columns are "
                        + FileTable.quoted(columns.names()),
                nearest.isEmpty() ? "Name one of these columns." : "Did you mean '" + nearest.getFirst() + "'?");
    }

    private static Optional<String> find(Schema columns, String name) {
        return columns.indexOf(name) >= 0
                ? Optional.of(name)
                : columns.names().stream().filter(name::equalsIgnoreCase).findFirst();
    }
}
