package io.alluvium.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.data.ColumnType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/// Which column type a JSON value asks for.
final class JsonTypes {

    private JsonTypes() {}

    /// Whole numbers are BIGINT, or DECIMAL(38,0) beyond its range; numbers with a point are DECIMAL with their
    /// scale, those with an exponent DOUBLE; text is VARCHAR; objects and arrays are JSON. The parser stays where
    /// it is.
    static ColumnType typeOf(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_TRUE, VALUE_FALSE -> ColumnType.BOOLEAN;
            case VALUE_NUMBER_INT -> wholeNumber(parser);
            case VALUE_NUMBER_FLOAT -> fraction(parser.getText());
            case START_OBJECT, START_ARRAY -> ColumnType.JSON;
            case VALUE_STRING, VALUE_NULL, VALUE_EMBEDDED_OBJECT, FIELD_NAME, END_OBJECT, END_ARRAY, NOT_AVAILABLE ->
                ColumnType.VARCHAR;
        };
    }

    private static ColumnType wholeNumber(JsonParser parser) throws IOException {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return ColumnType.BIGINT;
        }
        BigInteger number = parser.getBigIntegerValue();
        return Widening.decimal(new BigDecimal(number).precision(), 0);
    }

    private static ColumnType fraction(String text) {
        if (text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return ColumnType.DOUBLE;
        }
        var number = new BigDecimal(text);
        return Widening.decimal(DecimalText.wholeDigits(number), number.scale());
    }
}
