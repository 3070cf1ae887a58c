package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A table of accounts whose batches move amounts from one account to others, so that every view has the same sum,
/// while readers sum it up in every way that there is.
///
/// The writer opens accounts until there are [#MAX_ACCOUNTS], closes most of them, and begins anew; it closes and
/// opens single ones all the time; now and then it widens the amount's type or adds a column, and after a while
/// it begins with another table.
final class Transfer {

    private static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.INTEGER),
            Column.of("note", ColumnType.VARCHAR));
    private static final List<ColumnType> AMOUNT_TYPES =
            List.of(ColumnType.INTEGER, ColumnType.BIGINT, ColumnType.decimal(18, 2), ColumnType.VARCHAR);

    private static final int MAX_ACCOUNTS = 60_000;
    private static final int MIN_ACCOUNTS = 2000;
    private static final long TOTAL = 1_000_000;
    private static final int BATCHES_OF_A_TABLE = 4000;

    private final long seed;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong sums = new AtomicLong();
    private final Random random;

    private volatile TableStore table = new TableStore(new TableName("accounts"), SCHEMA, new int[] {0});
    /// The writer's: amounts by account, -1 where an account is not open.
    private final long[] amounts = new long[MAX_ACCOUNTS];
    private int open;
    private long batches;
    private boolean isGrowing = true;
    private ChangeBatch batch = newBatch(SCHEMA);

    Transfer(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        begin();
    }

    /// Runs the writer here and the readers beside it; returns how many sums were right.
    long run(Duration duration) throws InterruptedException {
        var readers = new ArrayList<Thread>();
        readers.add(reader(0, (view, ignored) -> sumByScan(view)));
        readers.add(reader(1, Transfer::sumByKey));
        readers.add(reader(2, Transfer::sumByKeysTogether));
        long end = System.nanoTime() + duration.toNanos();
        try {
            while (System.nanoTime() < end && failure.get() == null) {
                writeBatch();
            }
        } finally {
            isOver.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        Throwable seen = failure.get();
        if (seen != null) {
            throw new AssertionError("seed " + seed + ", after " + batches + " batches", seen);
        }
        table.checkInvariants();
        return sums.get();
    }

    private interface Summing {
        long sum(TableView view, byte[][] keys);
    }

    private Thread reader(int number, Summing summing) {
        byte[][] keys = new byte[MAX_ACCOUNTS][];
        for (int account = 0; account < MAX_ACCOUNTS; account++) {
            keys[account] = key(account).getBytes(StandardCharsets.UTF_8);
        }
        return Thread.ofPlatform().name("reader-" + number).start(() -> {
            try {
                while (!isOver.get()) {
                    TableView view = table.view();
                    long sum = summing.sum(view, keys);
                    if (sum != TOTAL) {
                        throw new AssertionError("the sum of " + view.rows() + " accounts is " + sum);
                    }
                    sums.incrementAndGet();
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private static long sumByScan(TableView view) {
        long sum = 0;
        TableView.Scan scan = view.scan(new int[] {1});
        for (RowBatch rows = scan.next(); rows != null; rows = scan.next()) {
            Vector vector = rows.column(0);
            for (int i = 0; i < rows.size(); i++) {
                sum += switch (vector.type().kind()) {
                    case INTEGER, BIGINT -> vector.getLong(i);
                    case DECIMAL -> vector.getDecimal(i).longValueExact();
                    default -> new BigDecimal(vector.getText(i)).longValueExact();
                };
            }
        }
        return sum;
    }

    private static long sumByKey(TableView view, byte[][] keys) {
        long sum = 0;
        for (byte[] key : keys) {
            sum += amount(view, view.find(key), key);
        }
        return sum;
    }

    private static long sumByKeysTogether(TableView view, byte[][] keys) {
        long[] rows = new long[keys.length];
        view.find(keys, keys.length, rows);
        long sum = 0;
        for (int i = 0; i < keys.length; i++) {
            sum += amount(view, rows[i], keys[i]);
        }
        return sum;
    }

    private static long amount(TableView view, long row, byte[] key) {
        if (row == TableView.NO_ROW) {
            return 0;
        }
        String wanted = new String(key, StandardCharsets.UTF_8);
        if (!view.getText(row, 0).equals(wanted)) {
            throw new AssertionError("asked for " + wanted + ", got " + view.getText(row, 0));
        }
        return switch (view.schema().column(1).type().kind()) {
            case INTEGER, BIGINT -> view.getLong(row, 1);
            case DECIMAL -> view.getDecimal(row, 1).longValueExact();
            default -> new BigDecimal(view.getText(row, 1)).longValueExact();
        };
    }

    /// Keys of different lengths, so that a chunk of later accounts stores the ends of its keys.
    private static String key(int account) {
        return "account-" + account;
    }

    private void begin() {
        java.util.Arrays.fill(amounts, -1);
        open = 0;
        isGrowing = true;
        batches = 0;
        var started = new TableStore(new TableName("accounts"), SCHEMA, new int[] {0});
        batch = newBatch(SCHEMA);
        set(0, TOTAL);
        started.apply(0, batch);
        table = started;
    }

    private void writeBatch() {
        if (++batches == BATCHES_OF_A_TABLE) {
            begin();
        }
        if (batches % 400 == 0) {
            widen();
        }
        batch.clear();
        int moves = random.nextInt(1, 300);
        for (int i = 0; i < moves; i++) {
            move();
        }
        if (!table.apply(0, batch)) {
            throw new AssertionError("a batch of the table's columns was refused");
        }
    }

    private void widen() {
        Schema present = table.schema();
        int next = (int) (batches / 400);
        table.evolve(
                next < AMOUNT_TYPES.size()
                        ? present.with(Column.of("amount", AMOUNT_TYPES.get(next)))
                        : present.with(Column.of("added" + next, ColumnType.BIGINT)));
        batch = newBatch(table.schema());
    }

    /// Moves some of an open account's amount, or all of it if the account closes, to an account that is open or
    /// opens.
    private void move() {
        int from = openAccount();
        int to = isGrowing || random.nextInt(8) == 0 ? random.nextInt(MAX_ACCOUNTS) : openAccount();
        if (from == to) {
            return;
        }
        boolean isClosing = open > MIN_ACCOUNTS && random.nextInt(isGrowing ? 10 : 2) == 0;
        long moved = isClosing ? amounts[from] : random.nextLong(amounts[from] + 1);
        set(to, Math.max(0, amounts[to]) + moved);
        if (isClosing) {
            amounts[from] = -1;
            open--;
            batch.delete(key(from).getBytes(StandardCharsets.UTF_8));
        } else {
            set(from, amounts[from] - moved);
        }
        if (open > MAX_ACCOUNTS * 3 / 4) {
            isGrowing = false;
        } else if (open <= MIN_ACCOUNTS) {
            isGrowing = true;
        }
    }

    private int openAccount() {
        int account = random.nextInt(MAX_ACCOUNTS);
        while (amounts[account] < 0) {
            account = account + 1 == MAX_ACCOUNTS ? 0 : account + 1;
        }
        return account;
    }

    private void set(int account, long amount) {
        open += amounts[account] < 0 ? 1 : 0;
        amounts[account] = amount;
        int row = batch.size();
        RowBatch rows = batch.rows();
        rows.columns().forEach(vector -> vector.ensureCapacity(row + 1));
        rows.column(0).setObject(row, key(account));
        setAmount(rows.column(1), row, amount);
        rows.column(2).setObject(row, "note " + amount % 100);
        for (int c = 3; c < rows.columns().size(); c++) {
            rows.column(c).setNull(row);
        }
        batch.upsert(key(account).getBytes(StandardCharsets.UTF_8));
    }

    private static void setAmount(Vector vector, int row, long amount) {
        switch (vector.type().kind()) {
            case INTEGER, BIGINT -> vector.setLong(row, amount);
            case DECIMAL -> vector.setDecimal(row, BigDecimal.valueOf(amount).setScale(2));
            default -> vector.setObject(row, Long.toString(amount));
        }
    }

    private static ChangeBatch newBatch(Schema schema) {
        return new ChangeBatch(RowBatch.forSchema(schema, 1024), 1024);
    }
}
