package io.alluvium.source.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Parquet files, written and read by DuckDB.
final class WritableParquet extends WritableFiles {

    private final Path scratch;
    private final Connection duck;

    WritableParquet(Path parent) {
        super(parent, "parquet", 3, Readers.RANGE_BYTES);
        try {
            scratch = Files.createTempFile(parent, "written", ".parquet");
            duck = DriverManager.getConnection("jdbc:duckdb:");
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    synchronized byte[] bytes(List<Row> rows) throws IOException {
        String values = rows.stream()
                .map(row -> "(" + row.n() + (row.word() == null ? ", NULL)" : ", '" + row.word() + "')"))
                .collect(Collectors.joining(", "));
        String select = rows.isEmpty()
                ? "SELECT 1::BIGINT AS n, 'x' AS word WHERE false"
                : "SELECT n::BIGINT AS n, word::VARCHAR AS word FROM (VALUES " + values + ") rows(n, word)";
        try (Statement statement = duck.createStatement()) {
            statement.execute("COPY (" + select + ") TO '" + scratch + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return Files.readAllBytes(scratch);
    }

    @Override
    synchronized List<Row> read(Path file) throws IOException {
        var rows = new ArrayList<Row>();
        try (Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT n, word FROM read_parquet('" + file + "') WHERE word IS NOT NULL")) {
            while (result.next()) {
                rows.add(new Row(result.getLong(1), result.getString(2)));
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return rows;
    }

    /// A file like it with more rows takes its path.
    @Override
    void append(Path file, List<Row> rows, boolean inTwoPieces) throws IOException {
        var all = new ArrayList<Row>();
        if (Files.exists(file)) {
            all.addAll(read(file));
        }
        all.addAll(rows);
        replace(file, all);
    }

    @Override
    public void close() {
        super.close();
        try {
            duck.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
