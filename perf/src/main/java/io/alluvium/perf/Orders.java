package io.alluvium.perf;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// The rows that the benchmarks work on: six columns, about 150 bytes as JSON, the same for the same number.
final class Orders {

    static final String[] STATUSES = {"NEW", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"};
    static final int SYMBOLS = 500;

    private Orders() {}

    static byte[] key(int number) {
        return ("order-" + number).getBytes(StandardCharsets.US_ASCII);
    }

    static String symbol(int number) {
        return "SYM" + mixed(number, 1).nextInt(SYMBOLS);
    }

    static String status(int number) {
        return STATUSES[mixed(number, 2).nextInt(STATUSES.length)];
    }

    /// The price in ten-thousandths.
    static long price(int number) {
        return mixed(number, 3).nextLong(1, 10_000_000);
    }

    static int quantity(int number) {
        return mixed(number, 4).nextInt(1, 10_000);
    }

    static byte[] json(int number) {
        long price = price(number);
        StringBuilder out = new StringBuilder(160)
                .append("{\"customer\":\"customer-")
                .append(mixed(number, 5).nextInt(100_000))
                .append("\",\"symbol\":\"")
                .append(symbol(number))
                .append("\",\"price\":")
                .append(price / 10_000)
                .append('.');
        String decimals = Long.toString(10_000 + price % 10_000);
        return out.append(decimals, 1, 5)
                .append(",\"quantity\":")
                .append(quantity(number))
                .append(",\"at\":\"2026-03-")
                .append(10 + number % 20)
                .append("T12:")
                .append(10 + number % 50)
                .append(":00Z\",\"status\":\"")
                .append(status(number))
                .append("\"}")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static SplittableRandom mixed(int number, int column) {
        return new SplittableRandom(number * 31L + column);
    }
}
