package io.alluvium.source.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/// Files of lines: CSV with a header, or JSON.
final class WritableText extends WritableFiles {

    private static final String HEADER = "n,word\n";

    private final boolean isCsv;

    private static final int THREADS = 3;
    private static final int RANGE_BYTES = 300;

    private WritableText(Path parent, boolean isCsv) {
        super(parent, isCsv ? "csv" : "jsonl");
        this.isCsv = isCsv;
    }

    private WritableText(Path parent, boolean isCsv, int threads, int rangeBytes) {
        super(parent, isCsv ? "csv" : "jsonl", threads, rangeBytes);
        this.isCsv = isCsv;
    }

    /// Read by several threads, in ranges of a few records.
    static WritableText csvInRanges(Path parent) {
        return new WritableText(parent, true, THREADS, RANGE_BYTES);
    }

    /// Read by several threads, in ranges of a few records.
    static WritableText jsonLinesInRanges(Path parent) {
        return new WritableText(parent, false, THREADS, RANGE_BYTES);
    }

    static WritableText csv(Path parent) {
        return new WritableText(parent, true);
    }

    static WritableText jsonLines(Path parent) {
        return new WritableText(parent, false);
    }

    @Override
    byte[] bytes(List<Row> rows) {
        return ((isCsv ? HEADER : "") + lines(rows)).getBytes(StandardCharsets.UTF_8);
    }

    private String lines(List<Row> rows) {
        return rows.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(Row row) {
        String word = row.word();
        if (isCsv) {
            return row.n() + "," + (word == null ? "" : word) + "\n";
        }
        return (word == null ? "{\"n\":" + row.n() + ",\"word\":null}" : row.json()) + "\n";
    }

    @Override
    List<Row> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> isCsv ? !line.equals(HEADER.strip()) && !line.endsWith(",") : !line.contains("null"))
                .map(this::row)
                .toList();
    }

    private Row row(String line) {
        if (isCsv) {
            int comma = line.indexOf(',');
            return new Row(Long.parseLong(line.substring(0, comma)), line.substring(comma + 1));
        }
        int comma = line.indexOf(',');
        return new Row(
                Long.parseLong(line.substring("{\"n\":".length(), comma)),
                line.substring(comma + ",\"word\":\"".length(), line.length() - "\"}".length()));
    }

    @Override
    void append(Path file, List<Row> rows, boolean inTwoPieces) throws IOException {
        boolean isNew = !Files.exists(file) || Files.size(file) == 0;
        byte[] bytes = isNew ? bytes(rows) : lines(rows).getBytes(StandardCharsets.UTF_8);
        int first = inTwoPieces ? bytes.length / 3 : bytes.length;
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(bytes, 0, first);
            if (inTwoPieces) {
                out.write(bytes, first, bytes.length - first);
            }
        }
    }
}
