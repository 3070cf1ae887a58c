package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Values as text and back, in the forms of PostgreSQL.
final class TextForms {

    /// Doubles from 10^-4 up to 10^15 are written without an exponent.
    private static final int LEAST_PLAIN_EXPONENT = -4;

    private static final int FIRST_EXPONENT = 15;
    private static final Pattern UUID_TEXT =
            Pattern.compile("\\{?\\p{XDigit}{8}-?\\p{XDigit}{4}-?\\p{XDigit}{4}-?\\p{XDigit}{4}-?\\p{XDigit}{12}}?");
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");

    private TextForms() {}

    /// The text of the value at `row`, which is not NULL.
    static String write(Vector vector, int row) {
        return switch (vector.type().kind()) {
            case BOOLEAN -> vector.getBoolean(row) ? "true" : "false";
            case INTEGER, BIGINT -> Long.toString(vector.getLong(row));
            case REAL -> floating(vector.getDouble(row), Float.toString((float) vector.getDouble(row)));
            case DOUBLE -> floating(vector.getDouble(row), Double.toString(vector.getDouble(row)));
            case DECIMAL -> vector.getDecimal(row).toPlainString();
            case VARCHAR, JSON -> vector.getText(row);
            case BYTEA -> "\\x" + HexFormat.of().formatHex((byte[]) vector.getObject(row));
            case DATE -> DateTimes.dateText(vector.getLong(row));
            case TIME -> DateTimes.timeText(vector.getLong(row));
            case TIMESTAMP -> DateTimes.timestampText(vector.getLong(row), false);
            case TIMESTAMPTZ -> DateTimes.timestampText(vector.getLong(row), true);
            case UUID -> vector.getObject(row).toString();
        };
    }

    /// @param shortest the fewest digits that tell the number from its neighbours, as Java writes them
    private static String floating(double value, String shortest) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return shortest;
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal decimal = new BigDecimal(shortest).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= LEAST_PLAIN_EXPONENT && exponent < FIRST_EXPONENT) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String sign = exponent < 0 ? "-" : "+";
        String power = Integer.toString(Math.abs(exponent));
        return (decimal.signum() < 0 ? "-" : "") + mantissa + "e" + sign + (power.length() < 2 ? "0" : "") + power;
    }

    /// Sets row `row` of `out` to what `text` says.
    ///
    /// @throws AlluviumException INVALID_TEXT, INVALID_DATETIME or NUMERIC_OUT_OF_RANGE
    static void read(String text, Vector out, int row) {
        ColumnType type = out.type();
        switch (type.kind()) {
            case BOOLEAN -> out.setBoolean(row, truth(text));
            case INTEGER, BIGINT -> out.setLong(row, whole(text, type));
            case REAL -> out.setDouble(row, (float) floating(text, type));
            case DOUBLE -> out.setDouble(row, floating(text, type));
            case DECIMAL -> out.setDecimal(row, Decimals.fit(decimal(text, type), type));
            case VARCHAR, JSON -> out.setObject(row, text);
            case BYTEA -> out.setObject(row, bytes(text));
            case DATE -> out.setLong(row, DateTimes.parseDate(text));
            case TIME -> out.setLong(row, DateTimes.parseTime(text));
            case TIMESTAMP, TIMESTAMPTZ -> out.setLong(row, DateTimes.parseTimestamp(text, type));
            case UUID -> out.setObject(row, uuid(text));
        }
    }

    private static boolean truth(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> true;
            case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" -> false;
            default -> throw invalid(text, ColumnType.BOOLEAN, null);
        };
    }

    private static long whole(String text, ColumnType type) {
        String number = text.strip();
        if (!WHOLE.matcher(number).matches()) {
            throw invalid(text, type, null);
        }
        try {
            return Decimals.checkRange(Long.parseLong(number), type);
        } catch (NumberFormatException e) {
            throw Decimals.outOfRange(number, type.sql());
        }
    }

    private static double floating(String text, ColumnType type) {
        String number = text.strip();
        double value = switch (number.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "infinity", "inf", "+infinity", "+inf" -> Double.POSITIVE_INFINITY;
            case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> decimal(number, type).doubleValue();
        };
        boolean infinite = Double.isInfinite(type.kind() == ColumnType.Kind.REAL ? (float) value : value);
        if (infinite && number.chars().anyMatch(Character::isDigit)) {
            throw Decimals.outOfRange(number, type.sql());
        }
        return value;
    }

    private static BigDecimal decimal(String text, ColumnType type) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw invalid(text, type, e);
        }
    }

    private static byte[] bytes(String text) {
        if (!text.startsWith("\\x")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return HexFormat.of().parseHex(text, 2, text.length());
        } catch (IllegalArgumentException e) {
            throw invalid(text, ColumnType.BYTEA, e);
        }
    }

    private static UUID uuid(String text) {
        String stripped = text.strip();
        if (!UUID_TEXT.matcher(stripped).matches()) {
            throw invalid(text, ColumnType.UUID, null);
        }
        String digits = stripped.replaceAll("[{}-]", "");
        return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
    }

    private static AlluviumException invalid(String text, ColumnType type, @Nullable Throwable cause) {
        return new AlluviumException(
                ErrorCode.INVALID_TEXT,
                "'" + text + "' is no " + type.sql(),
                "check the value, or keep the column as VARCHAR",
                cause);
    }
}
