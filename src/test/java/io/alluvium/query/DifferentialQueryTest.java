package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexStatus;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableStore;
import io.alluvium.testkit.TableRows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// The same generated queries over the same rows here and in DuckDB. `-Dquery.seed` repeats a run,
/// `-Dquery.count` asks for more queries.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialQueryTest {

    private static final Schema SCHEMA = Schema.of(
            new Column("id", ColumnType.BIGINT, false),
            Column.of("b", ColumnType.BIGINT),
            Column.of("i", ColumnType.INTEGER),
            Column.of("d", ColumnType.decimal(12, 2)),
            Column.of("x", ColumnType.DOUBLE),
            Column.of("s", ColumnType.VARCHAR),
            Column.of("f", ColumnType.BOOLEAN),
            Column.of("dt", ColumnType.DATE),
            Column.of("ts", ColumnType.TIMESTAMP));
    private static final String DUCK_COLUMNS = "(id BIGINT, b BIGINT, i INTEGER, d DECIMAL(12,2), x DOUBLE, s VARCHAR,"
            + " f BOOLEAN, dt DATE, ts TIMESTAMP)";
    /// Enough to fill chunks of both partitions.
    private static final int MANY_ROWS = 9_000;

    private static final List<String> WORDS =
            List.of("", "a", "ab", "abc", "b", "ba", "Abc", "a%b", "a_b", "x''y", "zoë", "long text here", "A");

    private final long seed = Long.getLong("query.seed", System.nanoTime());
    private final int count = count();
    private final Random random = new Random(seed);
    final Database database = new Database();
    private final Map<String, Map<Long, @Nullable Object[]>> models = new HashMap<>();
    private boolean isOverMany;
    private Connection duck;

    int count() {
        return Integer.getInteger("query.count", 2500);
    }

    /// The rows are kept in memory here, and elsewhere in a subclass.
    TableStorage newStore(TableName name, Schema schema, int[] keyColumns) {
        return new TableStore(name, schema, keyColumns);
    }

    @BeforeAll
    void fill() throws SQLException {
        duck = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = duck.createStatement()) {
            statement.execute("SET threads = 1");
        }
        table("t", 600);
        table("u", 120);
        table("w", 15);
        table("nothing", 0);
    }

    @AfterAll
    void close() throws SQLException {
        duck.close();
        database.close();
    }

    @Test
    @Order(1)
    void everyAnswerIsTheOneOfDuckDb() throws SQLException {
        compare(count, () -> {});
        assertThat(database.metric("alluvium_plan_cache_hits_total"))
                .as("plans used again for other literals, with -Dquery.seed=%d", seed)
                .isGreaterThan(count / 5);
    }

    @Test
    @Order(2)
    void indexesThatComeAndGoWhileRowsChangeDoNotChangeAnAnswer() throws SQLException {
        if (!database.store("t").takesIndexes()) {
            return;
        }
        var number = new AtomicInteger();
        table("v", MANY_ROWS);
        isOverMany = true;
        compare(count() / 3, () -> {
            int n = number.getAndIncrement();
            if (n % 20 == 0) {
                changeIndexes(n);
            }
            if (n % 50 == 0) {
                changeRows();
            }
        });
    }

    private interface Change {
        void run() throws SQLException;
    }

    /// @param before runs before each query
    private void compare(int queries, Change before) throws SQLException {
        var differences = new ArrayList<String>();
        int failedInBoth = 0;
        long structure = 0;
        for (int n = 0; n < queries && differences.size() < 10; n++) {
            before.run();
            // Every second query is the one before with other literals, which has the plan of that one.
            structure = n % 2 == 0 ? random.nextLong() : structure;
            QueryGenerator.Query query = new QueryGenerator(new Random(structure), random).next();
            String sql = isOverMany ? overMany(query.sql()) : query.sql();
            Object expected = duckAnswer(sql);
            Object actual = ownAnswer(sql);
            if (expected instanceof String && actual instanceof String) {
                failedInBoth++;
                continue;
            }
            String difference = difference(expected, actual, query.ordered());
            if (difference != null) {
                differences.add("query " + n + ": " + sql + "\n  " + difference);
            }
        }
        assertThat(differences).as("differences with -Dquery.seed=%d", seed).isEmpty();
        assertThat(failedInBoth)
                .as("queries that both refuse, with -Dquery.seed=%d", seed)
                .isLessThan(queries / 20);
        System.out.println(getClass().getSimpleName() + ": " + queries + " queries with -Dquery.seed=" + seed);
    }

    /// The same query over more rows of the table `t`: only where rows fill chunks are there indexes to find them.
    private static String overMany(String sql) {
        return sql.replaceAll("FROM t AS", "FROM v AS").replaceAll("FROM t\\b(?! AS)", "FROM v AS t");
    }

    private Object duckAnswer(String sql) {
        try (Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            var rows = new ArrayList<List<@Nullable Object>>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                var row = new ArrayList<@Nullable Object>();
                for (int c = 1; c <= columns; c++) {
                    row.add(plain(result.getObject(c)));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            return "DuckDB: " + e.getMessage();
        }
    }

    private Object ownAnswer(String sql) {
        try {
            var rows = new ArrayList<List<@Nullable Object>>();
            for (List<@Nullable Object> row : database.rows(sql)) {
                rows.add(new ArrayList<>(
                        row.stream().map(DifferentialQueryTest::plain).toList()));
            }
            return rows;
        } catch (RuntimeException e) {
            return "Alluvium: " + e;
        }
    }

    /// Numbers as BigDecimal or Double, moments as the numbers that our vectors hold.
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Double number -> number;
            case Float number -> number.doubleValue();
            case BigInteger number -> new BigDecimal(number);
            case BigDecimal number -> number;
            case Number number -> BigDecimal.valueOf(number.longValue());
            case LocalDate date -> BigDecimal.valueOf(date.toEpochDay());
            case java.sql.Date date -> BigDecimal.valueOf(date.toLocalDate().toEpochDay());
            case java.sql.Timestamp moment -> micros(moment.toLocalDateTime());
            case LocalDateTime moment -> micros(moment);
            default -> value;
        };
    }

    private static BigDecimal micros(LocalDateTime moment) {
        Instant instant = moment.toInstant(ZoneOffset.UTC);
        return BigDecimal.valueOf(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable String difference(Object expected, Object actual, boolean ordered) {
        if (expected instanceof String || actual instanceof String) {
            return "expected " + shown(expected) + "\n  but was  " + shown(actual);
        }
        List<List<@Nullable Object>> left = new ArrayList<>((List<List<@Nullable Object>>) expected);
        List<List<@Nullable Object>> right = new ArrayList<>((List<List<@Nullable Object>>) actual);
        if (!ordered) {
            left = sorted(left);
            right = sorted(right);
        }
        boolean same = left.size() == right.size();
        for (int row = 0; same && row < left.size(); row++) {
            same = isSameRow(left.get(row), right.get(row));
            if (!same) {
                return "row " + row + ": expected " + left.get(row) + "\n  but was  " + right.get(row);
            }
        }
        return same ? null : "expected " + shown(left) + "\n  but was  " + shown(right);
    }

    private static String shown(Object answer) {
        return answer instanceof List<?> rows
                ? rows.size() + " rows " + rows.subList(0, Math.min(5, rows.size()))
                : answer.toString();
    }

    private static boolean isSameRow(List<@Nullable Object> a, List<@Nullable Object> b) {
        for (int c = 0; c < a.size(); c++) {
            if (!isSame(a.get(c), b.get(c))) {
                return false;
            }
        }
        return a.size() == b.size();
    }

    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        // Averages and quotients are decimals here and doubles there.
        if (a instanceof Number x && b instanceof Number y) {
            double p = x.doubleValue();
            double q = y.doubleValue();
            return p == q || Math.abs(p - q) <= 1e-9 * Math.max(1, Math.max(Math.abs(p), Math.abs(q)));
        }
        return Objects.equals(a, b);
    }

    private static List<List<@Nullable Object>> sorted(List<List<@Nullable Object>> rows) {
        record Row(String text, List<@Nullable Object> values) {}
        return rows.stream()
                .map(row -> new Row(sortText(row), row))
                .sorted(Comparator.comparing(Row::text))
                .map(Row::values)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /// What rows are sorted by; numbers that differ in the last digits of a DOUBLE have the same.
    private static String sortText(List<@Nullable Object> row) {
        var text = new StringBuilder();
        for (Object value : row) {
            text.append(value instanceof Number number ? Float.toString((float) (number.doubleValue() + 0.0)) : value)
                    .append('|');
        }
        return text.toString();
    }

    /// Fills a table here through inserts, updates and deletes in several partitions, and there with what is
    /// left.
    private void table(String name, int size) throws SQLException {
        TableStorage store = newStore(new TableName(name), SCHEMA, new int[] {0});
        var model = new TreeMap<Long, @Nullable Object[]>();
        for (int round = 0; round < 4; round++) {
            for (int partition = 0; partition < 2; partition++) {
                apply(store, partition, size, model);
            }
        }
        store.checkInvariants();
        database.put(store);
        models.put(name, model);
        duckTable(name, model);
    }

    /// Makes an index over random columns of a table, or drops one.
    private void changeIndexes(int number) {
        TableStorage store = database.store(random.nextInt(4) == 0 ? "u" : "v");
        List<IndexStatus> present = store.indexes();
        if (present.size() > 5 || (!present.isEmpty() && random.nextInt(4) == 0)) {
            store.dropIndex(
                    present.get(random.nextInt(present.size())).definition().name());
            return;
        }
        var columns = new ArrayList<>(SCHEMA.names());
        Collections.shuffle(columns, random);
        var kind = random.nextInt(4) == 0 ? IndexDefinition.Kind.HASH : IndexDefinition.Kind.ORDERED;
        store.createIndex(new IndexDefinition("index_" + number, columns.subList(0, random.nextInt(1, 4)), kind));
    }

    /// Changes and deletes rows of a table here and there.
    private void changeRows() throws SQLException {
        String name = random.nextInt(4) == 0 ? "u" : "v";
        Map<Long, @Nullable Object[]> model = Objects.requireNonNull(models.get(name));
        for (int partition = 0; partition < 2; partition++) {
            apply(database.store(name), partition, random.nextInt(1, 80), model);
        }
        try (Statement statement = duck.createStatement()) {
            statement.execute("DROP TABLE " + name);
        }
        duckTable(name, model);
    }

    private void apply(TableStorage store, int partition, int size, Map<Long, @Nullable Object[]> model) {
        var rows = new ArrayList<@Nullable Object[]>();
        var deleted = new ArrayList<Boolean>();
        for (int n = 0; n < size; n++) {
            long id = 2L * random.nextInt(Math.max(1, size)) + partition;
            @Nullable Object[] row = randomRow(id);
            boolean delete = random.nextInt(4) == 0;
            rows.add(row);
            deleted.add(delete);
            if (delete) {
                model.remove(id);
            } else {
                model.put(id, row);
            }
        }
        RowBatch batch = TableRows.batch(SCHEMA, rows);
        var changes = new ChangeBatch(batch, Math.max(1, rows.size()));
        var codec = new KeyCodec(List.of(ColumnType.BIGINT));
        for (int n = 0; n < rows.size(); n++) {
            byte[] key = codec.encode(batch, new int[] {0}, n);
            if (deleted.get(n)) {
                changes.delete(key);
            } else {
                changes.upsert(key);
            }
        }
        store.apply(partition, changes);
    }

    private @Nullable Object[] randomRow(long id) {
        return new @Nullable Object[] {
            id,
            isNull() ? null : (long) random.nextInt(-6, 12),
            isNull() ? null : random.nextInt(-3, 8),
            isNull() ? null : BigDecimal.valueOf(random.nextInt(-500, 900), 2),
            isNull() ? null : random.nextInt(-20, 40) / 4.0,
            isNull() ? null : WORDS.get(random.nextInt(WORDS.size())).replace("''", "'"),
            isNull() ? null : random.nextBoolean(),
            isNull() ? null : 19_700L + random.nextInt(6),
            isNull() ? null : (19_700L * 86_400 + random.nextInt(5) * 43_200L) * 1_000_000,
        };
    }

    private boolean isNull() {
        return random.nextInt(5) == 0;
    }

    private void duckTable(String name, Map<Long, @Nullable Object[]> model) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute("CREATE TABLE " + name + DUCK_COLUMNS);
            var rows = new ArrayList<String>();
            for (@Nullable Object[] row : model.values()) {
                var values = new ArrayList<String>();
                for (int c = 0; c < row.length; c++) {
                    values.add(literal(row[c], SCHEMA.column(c).type()));
                }
                rows.add("(" + String.join(", ", values) + ")");
            }
            if (!rows.isEmpty()) {
                statement.execute("INSERT INTO " + name + " VALUES " + String.join(", ", rows));
            }
        }
    }

    private static String literal(@Nullable Object value, ColumnType type) {
        return switch (value) {
            case null -> "NULL";
            case String text -> "'" + text.replace("'", "''") + "'";
            case Long number when type.kind() == ColumnType.Kind.DATE -> "DATE '" + LocalDate.ofEpochDay(number) + "'";
            case Long number
            when type.kind() == ColumnType.Kind.TIMESTAMP ->
                "TIMESTAMP '"
                        + LocalDateTime.ofEpochSecond(number / 1_000_000, 0, ZoneOffset.UTC)
                                .toString()
                                .replace('T', ' ')
                        + "'";
            default -> value.toString();
        };
    }
}
