package io.alluvium.format;

import io.alluvium.data.ColumnType;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Reads decimal numbers from their digits, never through a double.
final class DecimalText {

    /// What [#unscaled] gives when the number does not fit.
    static final long NO_FIT = Long.MIN_VALUE;

    private static final long LARGEST = 999_999_999_999_999_999L;

    private DecimalText() {}

    /// The unscaled value of a number such as `-12.50` at a scale, or [#NO_FIT] when it has an exponent, digits
    /// beyond the scale that are not 0, or more than 18 digits.
    static long unscaled(char[] chars, int from, int length, int scale) {
        int at = from;
        int end = from + length;
        boolean negative = at < end && chars[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int decimals = -1;
        for (; at < end; at++) {
            char c = chars[at];
            if (c == '.') {
                decimals = 0;
                continue;
            }
            int digit = c - '0';
            if (digit < 0 || digit > 9) {
                return NO_FIT;
            }
            if (decimals >= scale) {
                if (digit != 0) {
                    return NO_FIT;
                }
                continue;
            }
            if (value > LARGEST / 10) {
                return NO_FIT;
            }
            value = value * 10 + digit;
            if (decimals >= 0) {
                decimals++;
            }
        }
        for (int i = Math.max(decimals, 0); i < scale; i++) {
            if (value > LARGEST / 10) {
                return NO_FIT;
            }
            value *= 10;
        }
        return negative ? -value : value;
    }

    /// The number that a text is, at the scale of a DECIMAL; null when it is none, or the type cannot hold it.
    static @Nullable BigDecimal exact(String text, ColumnType type) {
        try {
            BigDecimal value = new BigDecimal(text).stripTrailingZeros();
            boolean fits = value.scale() <= type.scale()
                    && value.precision() - value.scale() <= type.precision() - type.scale();
            return fits ? value.setScale(type.scale()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// How many digits a number has before its point, leading zeros left out.
    static int wholeDigits(BigDecimal number) {
        return Math.max(0, number.precision() - number.scale());
    }
}
