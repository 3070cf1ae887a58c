package io.alluvium.perf;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The orders by which loaded tables are compared: some from all over, and the last.
final class Sample {

    /// How many orders are compared.
    static final int SIZE = 200;

    private Sample() {}

    static IntStream numbers(int rows) {
        return IntStream.rangeClosed(1, SIZE).map(i -> (int) ((long) i * rows / SIZE) - 1);
    }

    /// The sum of the sampled quantities.
    static Answer answer(int rows) {
        return new Answer(numbers(rows).mapToLong(Orders::quantity).sum(), "");
    }

    /// The sampled ids as a list of SQL.
    static String ids(int rows) {
        return numbers(rows).mapToObj(i -> "'" + Orders.id(i) + "'").collect(Collectors.joining(", "));
    }

    /// Fails unless the table has all orders as they are.
    static void check(Product product, String table, String key, int rows) throws Exception {
        expect("rows", product.number("SELECT COUNT(*) FROM " + table), rows);
        expect(
                "sum of all quantities",
                product.number("SELECT SUM(qty) FROM " + table),
                IntStream.range(0, rows).mapToLong(Orders::quantity).sum());
        expect(
                "sum of the sampled quantities",
                product.number("SELECT SUM(qty) FROM " + table + " WHERE " + key + " IN (" + ids(rows) + ")"),
                answer(rows).checksum());
    }

    static void expect(String what, long is, long shouldBe) {
        if (is != shouldBe) {
            throw new Report.WrongAnswerException("the table's " + what + ": " + is + ", not " + shouldBe);
        }
    }
}
