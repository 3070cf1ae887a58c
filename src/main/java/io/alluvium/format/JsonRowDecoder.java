package io.alluvium.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decodes JSON objects: each field goes to the column of its name, a column without a field is NULL, of a name
/// that stands twice the last counts.
///
/// Records of the usual form are read by [JsonRecordParser]. Those that it gives up are read from Jackson's tokens;
/// what these become is what a record means.
public final class JsonRowDecoder implements RowDecoder {

    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private static final int MOST_GIVEN_UP = 256;
    private static final int PAUSE = 16_384;

    /// The column that says which others are NULL because their values did not fit. A table with declared columns
    /// has it where `on.cast.error = null` asks for it; without it such a value makes the record malformed.
    public static final String MISFITS = "_errors";

    private final Schema schema;
    private final int firstColumn;
    /// Where [#MISFITS] is in the schema, or -1.
    private final int misfitsColumn;
    /// The names of the columns whose values did not fit in the record that is decoded, as JSON strings.
    private final List<String> misfits = new ArrayList<>();
    /// 0 when fields without a column are passed over silently.
    private final int mostColumns;
    private final Consumer<String> leftOut;
    private final boolean widens;
    private final SerializedString[] names;
    private final JsonValueReader[] readers;
    private final JsonRecordParser parser;
    /// By how many the records that the parser gave up outnumber those that it read.
    private int givenUp;
    /// How many records it is not asked for, because it gave most of those before up.
    private int pause;

    private @Nullable Schema wider;

    /// @param schema the columns of the batches
    /// @param skipColumns how many columns at the start are not in the values
    /// @param open whether the columns were discovered: other fields then ask for new columns, and values that do
    ///     not fit for wider ones. Otherwise fields without a column are passed over, and such values are
    ///     malformed.
    public JsonRowDecoder(Schema schema, int skipColumns, boolean open) {
        this(schema, skipColumns, open ? Integer.MAX_VALUE : 0, open, field -> {});
    }

    /// A decoder that passes over fields without a column, and asks for wider columns where values do not fit.
    public static JsonRowDecoder widening(Schema schema, int skipColumns) {
        return new JsonRowDecoder(schema, skipColumns, 0, true, field -> {});
    }

    /// A decoder with open columns, of which there may not be more than a number.
    ///
    /// @param mostColumns how many columns there may be in the values
    /// @param leftOut is told the name of each field that is passed over because there are as many already
    public static JsonRowDecoder growing(Schema schema, int skipColumns, int mostColumns, Consumer<String> leftOut) {
        return new JsonRowDecoder(schema, skipColumns, mostColumns, true, leftOut);
    }

    private JsonRowDecoder(Schema schema, int skipColumns, int mostColumns, boolean widens, Consumer<String> leftOut) {
        this.schema = schema;
        this.firstColumn = skipColumns;
        this.mostColumns = mostColumns;
        this.leftOut = leftOut;
        this.widens = widens;
        this.misfitsColumn = widens ? -1 : schema.indexOf(MISFITS);
        this.names = new SerializedString[schema.size()];
        this.readers = new JsonValueReader[schema.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = new SerializedString(schema.column(i).name());
            readers[i] = new JsonValueReader(schema.column(i).type());
        }
        this.parser = new JsonRecordParser(schema, skipColumns, unknownFields(), leftOut);
    }

    private JsonRecordParser.Unknown unknownFields() {
        if (mostColumns == 0) {
            return JsonRecordParser.Unknown.PASSED_OVER;
        }
        return schema.size() - firstColumn < mostColumns
                ? JsonRecordParser.Unknown.GIVEN_UP
                : JsonRecordParser.Unknown.TOLD;
    }

    @Override
    public Outcome decode(byte[] value, RowBatch batch, int row) {
        return isParsed(value, batch, row) ? DECODED : decodeTokens(value, batch, row);
    }

    private boolean isParsed(byte[] value, RowBatch batch, int row) {
        if (pause > 0) {
            pause--;
            return false;
        }
        if (parser.parse(value, batch, row)) {
            givenUp = Math.max(0, givenUp - 1);
            return true;
        }
        if (++givenUp == MOST_GIVEN_UP) {
            givenUp = 0;
            pause = PAUSE;
        }
        return false;
    }

    /// Decodes without the parser of our own.
    Outcome decodeTokens(byte[] value, RowBatch batch, int row) {
        wider = null;
        misfits.clear();
        try (JsonParser tokens = JSON.createParser(value)) {
            if (tokens.nextToken() != JsonToken.START_OBJECT) {
                return new Outcome.Malformed(null, "the value is not a JSON object");
            }
            for (int c = firstColumn; c < readers.length; c++) {
                batch.column(c).setNull(row);
            }
            Outcome outcome = decodeFields(tokens, value, batch, row);
            if (outcome instanceof Outcome.Malformed) {
                return outcome;
            }
            if (tokens.nextToken() != null) {
                return new Outcome.Malformed(null, "something follows the JSON object");
            }
            if (!misfits.isEmpty()) {
                batch.column(misfitsColumn).setObject(row, "[" + String.join(",", misfits) + "]");
            }
            return wider == null ? DECODED : new Outcome.Evolves(wider);
        } catch (IOException e) {
            return new Outcome.Malformed(null, "the value is not JSON: " + firstLine(e));
        }
    }

    /// The column of the field at which the parser stands. A field without a name is `_`: an empty name is none in
    /// SQL.
    static String columnName(JsonParser parser) throws IOException {
        String name = parser.currentName();
        return name.isEmpty() ? "_" : name;
    }

    private Outcome decodeFields(JsonParser parser, byte[] value, RowBatch batch, int row) throws IOException {
        int expected = firstColumn;
        while (true) {
            int column;
            if (expected < names.length && parser.nextFieldName(names[expected])) {
                column = expected;
            } else {
                JsonToken token = expected < names.length ? parser.currentToken() : parser.nextToken();
                if (token == JsonToken.END_OBJECT) {
                    return DECODED;
                }
                if (token != JsonToken.FIELD_NAME) {
                    return new Outcome.Malformed(null, "the JSON object is cut off");
                }
                column = schema.indexOf(columnName(parser));
            }
            JsonToken token = parser.nextToken();
            if (column < firstColumn) {
                unknown(parser, token, column);
                continue;
            }
            expected = column + 1;
            Vector target = batch.column(column);
            if (token == JsonToken.VALUE_NULL) {
                target.setNull(row);
            } else if (!readers[column].read(parser, token, value, target, row)) {
                Outcome misfit = misfit(parser, token, column);
                if (misfit instanceof Outcome.Malformed) {
                    return misfit;
                }
                target.setNull(row);
                parser.skipChildren();
            }
        }
    }

    private void unknown(JsonParser parser, JsonToken token, int column) throws IOException {
        if (mostColumns > 0 && column < 0 && token != JsonToken.VALUE_NULL) {
            Schema before = wider == null ? schema : wider;
            String name = columnName(parser);
            int present = before.indexOf(name);
            if (present < 0 && before.size() - firstColumn >= mostColumns) {
                leftOut.accept(name);
            } else {
                var type = JsonTypes.typeOf(parser, token);
                wider = before.with(Column.of(
                        name,
                        present < 0 ? type : Widening.of(before.column(present).type(), type)));
            }
        }
        parser.skipChildren();
    }

    /// A value that the column's type cannot hold: malformed, or with open columns a reason for a wider type.
    private Outcome misfit(JsonParser parser, JsonToken token, int column) throws IOException {
        Column present = schema.column(column);
        if (widens) {
            Schema before = wider == null ? schema : wider;
            var type = Widening.of(before.column(column).type(), JsonTypes.typeOf(parser, token));
            if (!type.equals(present.type())) {
                wider = before.with(new Column(present.name(), type, present.nullable()));
                return DECODED;
            }
        }
        if (misfitsColumn >= 0 && present.nullable()) {
            misfits.add(JsonText.quoted(present.name()));
            return DECODED;
        }
        String value = token.isStructStart() ? token.asString() + "…" : parser.getText();
        return new Outcome.Malformed(present.name(), Misfit.reason(value, present.type()));
    }

    static String firstLine(IOException e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
