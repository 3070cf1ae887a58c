package io.alluvium.source.file;

import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.TableName;
import io.alluvium.metrics.Meters;
import io.alluvium.metrics.MetricNames;
import io.alluvium.source.ExternalSource.Discovery;
import io.alluvium.source.Loader;
import io.alluvium.testkit.RecordingSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A table over files, put together step by step.
public final class FileFixture {

    private final String pattern;
    private final List<Column> declared = new ArrayList<>();
    private final Map<String, String> with = new TreeMap<>();
    private List<String> primaryKey = List.of();
    private List<Path> roots = List.of();
    private final Meters meters = new Meters();

    private FileFixture(String pattern) {
        this.pattern = pattern;
    }

    public static FileFixture over(Object pattern) {
        return new FileFixture(pattern.toString());
    }

    public FileFixture column(String name, String type) {
        declared.add(Column.of(name, ColumnType.parse(type)));
        return this;
    }

    FileFixture notNull(String name, String type) {
        declared.add(new Column(name, ColumnType.parse(type), false));
        return this;
    }

    public FileFixture primaryKey(String... names) {
        primaryKey = List.of(names);
        return this;
    }

    FileFixture with(String option, String value) {
        with.put(option, value);
        return this;
    }

    FileFixture watched() {
        return with("file.watch", "true").with("file.watch.interval", "5ms");
    }

    FileFixture roots(Path... paths) {
        roots = List.of(paths);
        return this;
    }

    FileSource source() {
        var files = new SourceDefinition.Files(pattern);
        var definition = new TableDefinition(
                new TableName("t"),
                declared,
                primaryKey,
                List.of(files),
                with,
                false,
                "CREATE TABLE t AS SELECT * FROM file://" + pattern,
                TableDefinition.Origin.SESSION);
        return FileSource.of(
                files, definition, OptionCatalog.resolve(files, with, key -> Optional.empty()), roots, meters);
    }

    /// How often its directories have been listed.
    long listings() {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(MetricNames.FILE_LISTINGS + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    Discovery discover() {
        return source().discover();
    }

    /// The columns as `name TYPE`.
    List<String> columns() {
        return discover().schema().columns().stream()
                .map(c -> c.name() + " " + c.type())
                .toList();
    }

    FileLoader loader() {
        return loader(Changes.MOST_ROWS);
    }

    /// @param commitRows after how many rows it commits
    public Loader opened(int commitRows) {
        return loader(commitRows);
    }

    FileLoader loader(int commitRows) {
        FileSource source = source();
        return source.open(source.discover(), commitRows);
    }

    /// @param rangeBytes how many bytes of a large file one thread reads
    FileLoader loader(int commitRows, int rangeBytes) {
        FileSource source = source();
        return source.open(source.discover(), commitRows, rangeBytes);
    }

    /// Loads everything once.
    RecordingSink load() throws InterruptedException {
        var sink = new RecordingSink();
        try (FileLoader loader = loader()) {
            loader.loadAll(sink.position(), sink);
        }
        return sink;
    }
}
