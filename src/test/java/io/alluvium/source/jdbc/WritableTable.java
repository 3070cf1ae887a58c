package io.alluvium.source.jdbc;

import io.alluvium.fault.ErrorCode;
import io.alluvium.source.Loader;
import io.alluvium.source.WritableSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A table of a database, each row of which has the number of its last change in the column `stamp`. Changes are
/// committed in the order of these numbers.
final class WritableTable implements WritableSource {

    private static final int MOST_IN_BATCH = 512;
    private static final int MOST_IN_PIECE = 4_096;
    private static final int ROWS_OF_STATEMENT = 500;
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String url;
    private final UnaryOperator<JdbcFixture> options;
    private final Mode mode;
    private final String name = "rows_" + NAMES.incrementAndGet();
    private final List<Outage> outages = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private @Nullable JdbcSource source;
    private @Nullable Connection connection;
    private long next = 1;
    private long stamp;
    private long spoiled;

    /// How changes are found.
    enum Mode {
        SNAPSHOT,
        INCREMENTAL,
        CDC
    }

    WritableTable(String url, Mode mode) {
        this.url = url;
        this.mode = mode;
        this.options = switch (mode) {
            case SNAPSHOT -> UnaryOperator.identity();
            case INCREMENTAL -> table -> table.incremental("stamp").with("jdbc.reconcile.interval", "100ms");
            case CDC -> table -> table.with("jdbc.mode", "cdc");
        };
        create();
    }

    /// Lets it fail in this way, too.
    WritableTable outage(String what, Set<ErrorCode> codes, boolean isSeen, Runnable begin, Runnable end) {
        outages.add(new Outage(what, codes, isSeen, begin, end));
        return this;
    }

    private void create() {
        run("CREATE TABLE " + name + " (n BIGINT PRIMARY KEY, word VARCHAR(200), stamp BIGINT)");
    }

    /// The clock makes each batch due to be committed.
    @Override
    public Loader open() {
        JdbcSource known = source;
        if (known == null) {
            known = options.apply(JdbcFixture.over(url, name)
                            .column("n", "BIGINT")
                            .notNull("word", "VARCHAR")
                            .primaryKey("n")
                            .with("jdbc.partitions", "2")
                            .with("jdbc.fetch.size", "100"))
                    .source();
            known.discover();
            source = known;
        }
        return known.open("alluvium.test.contract.input", INTERVAL, () -> clock.addAndGet(2_000_000_000L));
    }

    private synchronized void run(String... statements) {
        try {
            Connection open = connection;
            if (open == null || !open.isValid(5)) {
                open = DriverManager.getConnection(url);
                connection = open;
            }
            try (Statement statement = open.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    @Override
    public synchronized void insert(int count) {
        for (int done = 0; done < count; done += ROWS_OF_STATEMENT) {
            long from = next;
            next += Math.min(ROWS_OF_STATEMENT, count - done);
            stamp++;
            run("INSERT INTO " + name + " VALUES "
                    + LongStream.range(from, next).mapToObj(this::tuple).collect(Collectors.joining(", ")));
        }
    }

    private String tuple(long n) {
        return "(" + n + ", 'w" + n + "x".repeat((int) (n % 29)) + "', " + stamp + ")";
    }

    @Override
    public synchronized void change(Random random) {
        long n = 1 + random.nextLong(next);
        switch (random.nextInt(10)) {
            case 0, 1 -> run("DELETE FROM " + name + " WHERE n IN (" + n + ", " + (n + 1) + ")");
            case 2, 3, 4 -> {
                stamp++;
                run("UPDATE " + name + " SET word = 'other" + stamp + "', stamp = " + stamp + " WHERE n >= " + n
                        + " AND n < " + (n + 3));
            }
            default -> insert(1 + random.nextInt(3));
        }
    }

    @Override
    public synchronized List<String> rows() {
        run();
        var rows = new ArrayList<String>();
        Connection open = connection;
        if (open == null) {
            return rows;
        }
        try (Statement statement = open.createStatement();
                ResultSet result = statement.executeQuery("SELECT n, word FROM " + name + " WHERE word IS NOT NULL")) {
            while (result.next()) {
                rows.add("{\"n\":" + result.getLong(1) + ",\"word\":\"" + result.getString(2) + "\"}");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        rows.sort(Comparator.naturalOrder());
        return rows;
    }

    @Override
    public int mostPending() {
        return mode == Mode.CDC ? MOST_IN_PIECE : MOST_IN_BATCH;
    }

    @Override
    public List<Upheaval> upheavals() {
        return List.of(
                new Upheaval("half of the rows are deleted", () -> run("DELETE FROM " + name + " WHERE n % 2 = 1")),
                new Upheaval("all rows are changed", () -> {
                    stamp++;
                    run("UPDATE " + name + " SET word = CONCAT('c', n), stamp = " + stamp);
                }),
                new Upheaval("the table is emptied", () -> run("TRUNCATE TABLE " + name)),
                new Upheaval("another table takes its name", () -> {
                    run("ALTER TABLE " + name + " RENAME TO " + name + "_old");
                    create();
                    insert(45);
                    run("DROP TABLE " + name + "_old");
                }),
                new Upheaval("all rows are deleted", () -> run("DELETE FROM " + name)));
    }

    @Override
    public List<Outage> outages() {
        return List.copyOf(outages);
    }

    /// Takes the table away, and brings it back.
    WritableTable vanishing() {
        return outage(
                "the table is renamed and comes back",
                Set.of(ErrorCode.FILE_MISSING),
                true,
                () -> run("ALTER TABLE " + name + " RENAME TO " + name + "_away"),
                () -> run("ALTER TABLE " + name + "_away RENAME TO " + name));
    }

    @Override
    public boolean looksAtBadRecordsAgain() {
        return mode == Mode.SNAPSHOT;
    }

    @Override
    public synchronized void spoil() {
        spoiled = next++;
        stamp++;
        run("INSERT INTO " + name + " VALUES (" + spoiled + ", NULL, " + stamp + ")");
    }

    @Override
    public synchronized void mend() {
        stamp++;
        run("UPDATE " + name + " SET word = 'mended', stamp = " + stamp + " WHERE n = " + spoiled);
    }

    @Override
    public synchronized void close() {
        run("DROP TABLE " + name);
        Connection open = connection;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
