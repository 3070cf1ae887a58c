package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema.Reference;
import io.alluvium.testkit.AvroRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Our reading of Avro beside that of Avro's own library, over random schemas and values; and what is said of bytes
/// that are none.
class AvroSchemaTest {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final TargetColumns ALL =
            new TargetColumns(io.alluvium.data.Schema.of(), 0, false, Integer.MAX_VALUE);

    private static AvroSchema parsed(String schema) throws BadValueException {
        return AvroSchema.parse(schema.replace('\'', '"'), List.of());
    }

    private static @Nullable String json(ParsedSchema schema, byte[] value) throws BadValueException {
        byte[] json = schema.decoder(ALL).decode(value, 0);
        return json == null ? null : new String(json, StandardCharsets.UTF_8);
    }

    private static String columns(ParsedSchema schema) {
        return schema.columns().stream()
                .map(c -> c.name() + " " + c.type() + (c.nullable() ? "" : "!"))
                .toList()
                .toString();
    }

    @Test
    void randomValuesReadAsAvrosLibraryReadsThem() throws Exception {
        for (long seed = 0; seed < 2_000; seed++) {
            var values = new RandomAvro(new Random(seed));
            Schema schema = values.record();
            AvroSchema ours = AvroSchema.parse(schema.toString(), List.of());
            for (int i = 0; i < 5; i++) {
                Object value = values.value(schema);
                byte[] bytes = AvroRecords.encode(schema, value);
                String read = json(ours, bytes);
                JsonNode expected = RandomAvro.json(schema, value);
                assertThat(RandomAvro.isEqual(JSON.readTree(read), expected))
                        .as("seed %d, schema %s: %s, expected %s", seed, schema, read, expected)
                        .isTrue();
            }
        }
    }

    @Test
    void bytesThatAreNoValueAreABadValueAndNothingElse() throws Exception {
        int good = 0;
        for (long seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            var values = new RandomAvro(random);
            Schema schema = values.record();
            ParsedSchema.Decoder decoder =
                    AvroSchema.parse(schema.toString(), List.of()).decoder(ALL);
            byte[] bytes = AvroRecords.encode(schema, values.value(schema));
            for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 5));
            }
            try {
                JSON.readTree(decoder.decode(bytes, 0));
                good++;
            } catch (BadValueException e) {
                assertThat(e.reason()).isNotEmpty();
            } catch (Exception e) {
                throw new AssertionError("seed " + seed + ", schema " + schema, e);
            }
        }
        assertThat(good).isPositive();
    }

    @Test
    void columnsAreTheFieldsWithTheirTypes() throws Exception {
        AvroSchema schema = parsed("{'type':'record','name':'R','fields':["
                + "{'name':'i','type':'int'},{'name':'l','type':['null','long']},{'name':'f','type':'float'},"
                + "{'name':'d','type':'double'},{'name':'b','type':'boolean'},{'name':'s','type':['string','null']},"
                + "{'name':'raw','type':'bytes'},{'name':'fix','type':{'type':'fixed','name':'F','size':3}},"
                + "{'name':'e','type':{'type':'enum','name':'E','symbols':['A']}},"
                + "{'name':'dec','type':{'type':'bytes','logicalType':'decimal','precision':38,'scale':4}},"
                + "{'name':'huge','type':{'type':'bytes','logicalType':'decimal','precision':60,'scale':4}},"
                + "{'name':'day','type':{'type':'int','logicalType':'date'}},"
                + "{'name':'t','type':{'type':'long','logicalType':'time-micros'}},"
                + "{'name':'at','type':{'type':'long','logicalType':'timestamp-millis'}},"
                + "{'name':'loc','type':{'type':'long','logicalType':'local-timestamp-micros'}},"
                + "{'name':'nanos','type':{'type':'long','logicalType':'timestamp-nanos'}},"
                + "{'name':'u','type':{'type':'string','logicalType':'uuid'}},"
                + "{'name':'m','type':{'type':'map','values':'int'}},{'name':'any','type':['int','string']},"
                + "{'name':'num','type':['int','double','null']},{'name':'nothing','type':'null'}]}");

        assertThat(columns(schema))
                .isEqualTo("[i INTEGER!, l BIGINT, f REAL!, d DOUBLE!, b BOOLEAN!, s VARCHAR, raw BYTEA!, fix BYTEA!,"
                        + " e VARCHAR!, dec DECIMAL(38,4)!, huge VARCHAR!, day DATE!, t TIME!, at TIMESTAMPTZ!,"
                        + " loc TIMESTAMP!, nanos BIGINT!, u UUID!, m JSON!, any VARCHAR!, num DOUBLE]");
    }

    @Test
    void whatIsNoRecordIsTheColumnValue() throws Exception {
        AvroSchema text = parsed("'string'");

        assertThat(columns(text)).isEqualTo("[value VARCHAR!]");
        assertThat(json(text, new byte[] {4, 'h', 'i'})).isEqualTo("{\"value\":\"hi\"}");
    }

    @Test
    void aRecordThatIsNullSaysThatItsRowIsGone() throws Exception {
        AvroSchema schema = parsed("['null',{'type':'record','name':'R','fields':[{'name':'a','type':'int'}]}]");

        assertThat(json(schema, new byte[] {0})).isNull();
        assertThat(json(schema, new byte[] {2, 8})).isEqualTo("{\"a\":4}");
    }

    @Test
    void schemasReferToOthers() throws Exception {
        String city = "{\"type\":\"record\",\"name\":\"City\",\"namespace\":\"x\",\"fields\":"
                + "[{\"name\":\"n\",\"type\":\"string\"}]}";
        String person = "{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"home\",\"type\":\"x.City\"}]}";

        AvroSchema schema = AvroSchema.parse(person, List.of(new Reference("x.City", city)));

        assertThat(json(schema, new byte[] {2, 'b'})).isEqualTo("{\"home\":{\"n\":\"b\"}}");
        assertThatThrownBy(() -> AvroSchema.parse(person, List.of())).isInstanceOf(BadValueException.class);
    }

    @Test
    void onlyFieldsThatAreColumnsAreWrittenWhereColumnsAreDeclared() throws Exception {
        AvroSchema schema = parsed("{'type':'record','name':'R','fields':[{'name':'a','type':'int'},"
                + "{'name':'b','type':'int'},{'name':'c','type':'int'}]}");
        var target = TargetColumns.declared(
                io.alluvium.data.Schema.of(io.alluvium.data.Column.of("b", io.alluvium.data.ColumnType.INTEGER)));

        byte[] read = schema.decoder(target).decode(new byte[] {2, 4, 6}, 0);

        assertThat(read).asString(StandardCharsets.UTF_8).isEqualTo("{\"b\":2}");
    }

    @Test
    void aBadValueNamesItsColumn() throws Exception {
        AvroSchema schema = parsed("{'type':'record','name':'R','fields':[{'name':'a','type':'int'},"
                + "{'name':'t','type':{'type':'int','logicalType':'time-millis'}}]}");

        BadValueException refused =
                catchThrowableOfType(BadValueException.class, () -> json(schema, new byte[] {2, 1}));

        assertThat(refused.column()).isEqualTo("t");
        assertThat(refused.reason()).isEqualTo("-1 is no time of a day");
    }

    @Test
    void aPromiseOfManyItemsWithoutBytesIsRefused() throws Exception {
        AvroSchema schema =
                parsed("{'type':'record','name':'R','fields':[{'name':'a','type':{'type':'array','items':'null'}}]}");
        byte[] many = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0};

        assertThatThrownBy(() -> json(schema, many))
                .isInstanceOf(BadValueException.class)
                .hasMessageContaining("more items than");
    }
}
