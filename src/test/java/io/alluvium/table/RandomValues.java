package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.ValueOrder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Random values of every type in the form that vectors have, few or many different ones, with those at the edges.
final class RandomValues {

    private static final List<ColumnType> TYPES = List.of(
            ColumnType.BOOLEAN,
            ColumnType.INTEGER,
            ColumnType.BIGINT,
            ColumnType.REAL,
            ColumnType.DOUBLE,
            ColumnType.decimal(10, 2),
            ColumnType.decimal(30, 4),
            ColumnType.VARCHAR,
            ColumnType.BYTEA,
            ColumnType.DATE,
            ColumnType.TIME,
            ColumnType.TIMESTAMP,
            ColumnType.TIMESTAMPTZ,
            ColumnType.UUID,
            ColumnType.JSON);

    /// Those that [#wider] has something for.
    private static final List<ColumnType> NARROW =
            List.of(ColumnType.INTEGER, ColumnType.BIGINT, ColumnType.DATE, ColumnType.UUID, ColumnType.decimal(10, 2));

    private static final List<Double> EDGES =
            List.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.0, -1.0, (double)
                    Float.MAX_VALUE);
    private static final List<Long> LONG_EDGES = List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, 1L);
    private static final List<Long> INT_EDGES = List.of((long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE, 0L, -1L);
    private static final List<String> TEXT_EDGES = List.of(
            "",
            "a",
            "a\0",
            "a\0\0",
            "abcdefgh",
            "abcdefgh\0",
            "abcdefghi",
            "\uD7FF",
            "\uE000",
            "\uFFFF",
            "\uD800\uDC00",
            "\uDBFF\uDFFF",
            "x\uD83D\uDE00",
            "x\uFFFD",
            "é",
            "customer-0000",
            "customer-0000-0000-0001");

    /// How many different values a column has, about, and whether they have much in common.
    enum Spread {
        FEW,
        MANY,
        ALIKE
    }

    private RandomValues() {}

    static ColumnType type(Random random) {
        return one(random.nextInt(3) == 0 ? NARROW : TYPES, random);
    }

    static Object of(ColumnType type, Spread spread, Random random) {
        boolean isEdge = random.nextInt(20) == 0;
        int number = spread == Spread.FEW ? random.nextInt(6) : random.nextInt(100_000);
        long near = (spread == Spread.ALIKE ? 1_000_000_000L : 0) + number - 3;
        return switch (type.kind()) {
            case BOOLEAN -> (long) random.nextInt(2);
            case INTEGER -> isEdge ? one(INT_EDGES, random) : (Object) near;
            case BIGINT, TIMESTAMP, TIMESTAMPTZ ->
                isEdge ? one(LONG_EDGES, random) : (Object) (spread == Spread.MANY ? random.nextLong() : near);
            case DATE -> (long) number - 1000;
            case TIME -> number * 1000L;
            case REAL, DOUBLE -> isEdge ? one(EDGES, random) : (Object) (double) (float) (number / 8.0 - 3);
            case DECIMAL ->
                type.storage() == Storage.LONG
                        ? (Object) near
                        : new BigDecimal(
                                spread == Spread.ALIKE
                                        ? BigInteger.TEN.pow(28).add(BigInteger.valueOf(number))
                                        : BigInteger.valueOf(near).multiply(BigInteger.TEN.pow(random.nextInt(10))),
                                type.scale());
            case VARCHAR, JSON -> isEdge ? one(TEXT_EDGES, random) : text(spread, number);
            case BYTEA -> text(spread, number).getBytes(StandardCharsets.UTF_16BE);
            case UUID -> new UUID(spread == Spread.MANY ? random.nextLong() : 7, number * 0x9E3779B97F4A7C15L);
        };
    }

    private static String text(Spread spread, int number) {
        return switch (spread) {
            case FEW -> "state " + number;
            case MANY -> Integer.toString(number * 31, 36) + (char) (0xD000 + number % 0x700);
            case ALIKE -> "customer-0000-0000-%08d".formatted(number);
        };
    }

    static <T> T one(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    /// The order of SQL, NULL last.
    static Comparator<@Nullable Object> order(ColumnType type) {
        return (a, b) -> {
            if (a == null || b == null) {
                return Boolean.compare(a == null, b == null);
            }
            return switch (type.storage()) {
                case LONG -> Long.compare((Long) a, (Long) b);
                case DOUBLE -> ValueOrder.compare((Double) a, (Double) b);
                case OBJECT -> ValueOrder.compareObjects(type.kind(), a, b);
            };
        };
    }

    /// Types that a column can be widened to, with what becomes of its values.
    static @Nullable ColumnType wider(ColumnType type, Random random) {
        return switch (type.kind()) {
            case INTEGER -> one(List.of(ColumnType.BIGINT, ColumnType.DOUBLE, ColumnType.decimal(18, 2)), random);
            case BIGINT, UUID -> ColumnType.VARCHAR;
            case DATE -> ColumnType.TIMESTAMP;
            case DECIMAL -> type.storage() == Storage.LONG ? ColumnType.decimal(30, 4) : null;
            default -> null;
        };
    }

    static Object widened(ColumnType from, ColumnType to, Object value) {
        return switch (to.kind()) {
            case BIGINT -> value;
            case DOUBLE -> (double) (Long) value;
            case TIMESTAMP -> (Long) value * 86_400_000_000L;
            case VARCHAR -> value.toString();
            case DECIMAL ->
                to.storage() == Storage.LONG
                        ? (Object) ((Long) value * 100)
                        : BigDecimal.valueOf((Long) value, from.scale()).setScale(to.scale());
            default -> throw new IllegalArgumentException(from + " to " + to);
        };
    }
}
