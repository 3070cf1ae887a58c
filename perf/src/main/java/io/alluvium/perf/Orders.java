package io.alluvium.perf;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// The rows that the benchmarks work on: the order of a number is the same everywhere and always. As JSON about 105
/// bytes, without the id, which is the record's key.
final class Orders {

    static final int ID = 0;
    static final int SYMBOL = 1;
    static final int PRICE = 2;
    static final int QUANTITY = 3;
    static final int TIME = 4;
    static final int STATUS = 5;

    static final Schema SCHEMA = Schema.of(
            Column.of("id", ColumnType.VARCHAR),
            Column.of("symbol", ColumnType.VARCHAR),
            Column.of("price", ColumnType.decimal(18, 4)),
            Column.of("qty", ColumnType.INTEGER),
            Column.of("ts", ColumnType.TIMESTAMP),
            Column.of("status", ColumnType.VARCHAR));

    private static final String[] STATUSES = {"NEW", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"};
    private static final String[] SYMBOLS = new String[500];
    private static final long FIRST_MICROS = 1_767_225_600_000_000L;

    static {
        for (int i = 0; i < SYMBOLS.length; i++) {
            SYMBOLS[i] = "SYM" + i;
        }
    }

    private Orders() {}

    static String id(int number) {
        return "order-" + number;
    }

    static byte[] key(int number) {
        return id(number).getBytes(StandardCharsets.US_ASCII);
    }

    static String symbol(int number) {
        return SYMBOLS[bounded(number, 1, SYMBOLS.length)];
    }

    static String status(int number) {
        return STATUSES[bounded(number, 2, STATUSES.length)];
    }

    /// The price in ten-thousandths.
    static long price(int number) {
        return 1 + bounded(number, 3, 10_000_000);
    }

    static int quantity(int number) {
        return 1 + bounded(number, 4, 9_999);
    }

    /// Microseconds since 1970.
    static long micros(int number) {
        return FIRST_MICROS + number * 1_000L;
    }

    /// What a look-up of the order must give.
    static long priceAndQuantity(int number) {
        return price(number) + quantity(number);
    }

    static byte[] json(int number) {
        var text = new StringBuilder(128);
        text.append("{\"symbol\":\"").append(symbol(number)).append("\",\"price\":");
        appendPrice(text, number);
        text.append(",\"qty\":").append(quantity(number)).append(",\"ts\":\"");
        appendTime(text, number);
        text.append("\",\"status\":\"").append(status(number)).append("\"}");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// The order's line in a CSV file, with its id first.
    static String csv(int number) {
        var text = new StringBuilder(96);
        text.append(id(number)).append(',').append(symbol(number)).append(',');
        appendPrice(text, number);
        text.append(',').append(quantity(number)).append(',');
        appendTime(text, number);
        return text.append(',').append(status(number)).toString();
    }

    private static void appendPrice(StringBuilder text, int number) {
        long price = price(number);
        text.append(price / 10_000).append('.').append(Long.toString(10_000 + price % 10_000), 1, 5);
    }

    private static void appendTime(StringBuilder text, int number) {
        int second = number / 1_000;
        text.append("2026-01-")
                .append(10 + second / 3_600 % 20)
                .append('T')
                .append(10 + second / 60 % 14)
                .append(':')
                .append(10 + second % 50)
                .append(":00.")
                .append(Integer.toString(1_000 + number % 1_000), 1, 4);
    }

    /// A number of [0, bound) from a number and a column.
    private static int bounded(int number, int column, int bound) {
        return new SplittableRandom(number * 31L + column).nextInt(bound);
    }

    static TableStore newStore() {
        return new TableStore(new TableName("orders"), SCHEMA, new int[] {ID});
    }

    static ChangeBatch newBatch(int capacity) {
        return new ChangeBatch(RowBatch.forSchema(SCHEMA, capacity), capacity);
    }

    /// Adds the upsert of order `number` with the values that order `values` has at first.
    static void upsert(ChangeBatch changes, int number, int values) {
        RowBatch rows = changes.rows();
        int row = changes.size();
        rows.column(ID).setObject(row, id(number));
        rows.column(SYMBOL).setObject(row, symbol(values));
        rows.column(PRICE).setLong(row, price(values));
        rows.column(QUANTITY).setLong(row, quantity(values));
        rows.column(TIME).setLong(row, micros(values));
        rows.column(STATUS).setObject(row, status(values));
        changes.upsert(key(number));
        rows.setSize(changes.size());
    }

    /// `count` numbers of [0, rows), random and always the same.
    static int[] randomNumbers(int rows, int count) {
        return new SplittableRandom(rows).ints(count, 0, rows).toArray();
    }

    /// All numbers of [0, rows) in an order that jumps about, always the same.
    static int[] shuffledNumbers(int rows) {
        int[] numbers = new int[rows];
        var random = new SplittableRandom(rows);
        for (int i = 0; i < rows; i++) {
            int place = random.nextInt(i + 1);
            numbers[i] = numbers[place];
            numbers[place] = i;
        }
        return numbers;
    }
}
