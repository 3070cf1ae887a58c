package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.data.Schema;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema.Reference;
import io.alluvium.testkit.ProtobufBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufSchemaTest {

    private static final TargetColumns ALL = new TargetColumns(Schema.of(), 0, false, Integer.MAX_VALUE);

    private static final String ALL_TYPES = """
            // All that a field can be.
            syntax = "proto3";
            package shop.v1;
            import "google/protobuf/timestamp.proto";
            option java_package = "x;y{";
            /* a message { that is none } */
            enum Colour { option allow_alias = true; RED = 0; GREEN = 1; VERDE = 1; LATE = -5 [deprecated = true]; }
            message Order {
              reserved 99, 100 to 110; reserved "old";
              double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6;
              sint32 s32 = 7; sint64 s64 = 8; fixed32 f32 = 9; fixed64 f64 = 10; sfixed32 sf32 = 11;
              sfixed64 sf64 = 12; bool b = 13; string s = 14; bytes raw = 15 [(x.y) = {a: "]", b: [1]}];
              Colour colour = 16; Line line = 17; repeated int32 packed = 18; repeated string names = 19;
              map<string, Line> lines = 20; map<int32, Colour> colours = 21;
              oneof either { string left = 22; Line right = 23; }
              optional int32 maybe = 24; google.protobuf.Timestamp at = 25; .google.protobuf.Duration took = 26;
              google.protobuf.Int64Value wrapped = 27; repeated Line more = 28;
              message Line { string sku = 1; int64 count = 2; Line inner = 3; }
            }
            message Other { message Deep { int32 x = 1; } Order.Line line = 1; Deep deep = 2; }
            service S { rpc Do(Order) returns (Other) { option (a) = {b: 1}; } }
            """;

    private static ProtobufSchema parsed(String text, String type) throws BadValueException {
        return ProtobufSchema.parse(text, List.of(), type);
    }

    private static String json(ProtobufSchema schema, ProtobufBytes value) throws BadValueException {
        byte[] json = schema.decoder(ALL).decode(value.toByteArray(), 0);
        return new String(java.util.Objects.requireNonNull(json), StandardCharsets.UTF_8);
    }

    private static ProtobufBytes message() {
        return new ProtobufBytes();
    }

    @Test
    void columnsAreTheFieldsWithTheirTypes() throws Exception {
        assertThat(parsed(ALL_TYPES, "").columns().stream()
                        .map(c -> c.name() + " " + c.type() + (c.nullable() ? "" : "!"))
                        .toList()
                        .toString())
                .isEqualTo("[d DOUBLE!, f REAL!, i32 INTEGER!, i64 BIGINT!, u32 BIGINT!, u64 DECIMAL(20,0)!,"
                        + " s32 INTEGER!, s64 BIGINT!, f32 BIGINT!, f64 DECIMAL(20,0)!, sf32 INTEGER!, sf64 BIGINT!,"
                        + " b BOOLEAN!, s VARCHAR!, raw BYTEA!, colour VARCHAR!, line JSON, packed JSON!, names JSON!,"
                        + " lines JSON!, colours JSON!, left VARCHAR, right JSON, maybe INTEGER, at TIMESTAMPTZ,"
                        + " took VARCHAR, wrapped BIGINT, more JSON!]");
    }

    @Test
    void everyTypeIsReadWithAllOfItsDigits() throws Exception {
        ProtobufBytes value = message()
                .fixed64(1, Double.doubleToLongBits(1.5))
                .fixed32(2, Float.floatToIntBits(Float.NaN))
                .varint(3, -7)
                .varint(4, Long.MIN_VALUE)
                .varint(5, 0xFFFF_FFFFL)
                .varint(6, -1)
                .varint(7, 3)
                .varint(8, -1)
                .fixed32(9, -1)
                .fixed64(10, -1)
                .fixed32(11, -2)
                .fixed64(12, Long.MAX_VALUE)
                .varint(13, 1)
                .text(14, "a\"ü")
                .bytes(15, new byte[] {0, -1})
                .varint(16, 1);

        assertThat(json(parsed(ALL_TYPES, ""), value))
                .startsWith("{\"d\":1.5,\"f\":\"NaN\",\"i32\":-7,\"i64\":-9223372036854775808,\"u32\":4294967295,"
                        + "\"u64\":18446744073709551615,\"s32\":-2,\"s64\":-9223372036854775808,\"f32\":4294967295,"
                        + "\"f64\":18446744073709551615,\"sf32\":-2,\"sf64\":9223372036854775807,\"b\":true,"
                        + "\"s\":\"a\\\"ü\",\"raw\":\"AP8=\",\"colour\":\"GREEN\",");
    }

    @Test
    void whatIsNotThereIsItsDefaultOrAbsent() throws Exception {
        assertThat(json(parsed(ALL_TYPES, "shop.v1.Order"), message()))
                .isEqualTo("{\"d\":0.0,\"f\":0.0,\"i32\":0,\"i64\":0,\"u32\":0,\"u64\":0,\"s32\":0,\"s64\":0,"
                        + "\"f32\":0,\"f64\":0,\"sf32\":0,\"sf64\":0,\"b\":false,\"s\":\"\",\"raw\":\"\","
                        + "\"colour\":\"RED\",\"packed\":[],\"names\":[],\"lines\":{},\"colours\":{},\"more\":[]}");
    }

    @Test
    void repeatedFieldsMapsAndMessagesAreNested() throws Exception {
        ProtobufBytes line = message().text(1, "A").varint(2, 3);
        ProtobufBytes value = message()
                .message(17, message().text(1, "first"))
                .varint(18, 1)
                .message(18, message().raw(2).raw(3))
                .varint(18, 4)
                .text(19, "x")
                .text(19, "y")
                .message(20, message().text(1, "k").message(2, line))
                .message(20, message().text(1, "none"))
                .message(21, message().varint(1, 5).varint(2, 77))
                .message(17, message().varint(2, 9))
                .text(22, "lost")
                .message(23, line)
                .varint(24, 0)
                .message(25, message().varint(1, 1_700_000_000).varint(2, 5_000))
                .message(26, message().varint(1, -1).varint(2, -500_000_000))
                .message(27, message())
                .message(28, message().message(3, line))
                .varint(1000, 1)
                .text(1001, "unknown");

        assertThat(json(parsed(ALL_TYPES, ""), value))
                .endsWith("\"line\":{\"sku\":\"first\",\"count\":9},\"packed\":[1,2,3,4],\"names\":[\"x\",\"y\"],"
                        + "\"lines\":{\"k\":{\"sku\":\"A\",\"count\":3},\"none\":{\"sku\":\"\",\"count\":0}},"
                        + "\"colours\":{\"5\":77},\"right\":{\"sku\":\"A\",\"count\":3},\"maybe\":0,"
                        + "\"at\":\"2023-11-14T22:13:20.000005Z\",\"took\":\"-1.5s\",\"wrapped\":0,"
                        + "\"more\":[{\"sku\":\"\",\"count\":0,\"inner\":{\"sku\":\"A\",\"count\":3}}]}");
    }

    @Test
    void theSecondSyntaxHasPresenceAndRequiredFields() throws Exception {
        ProtobufSchema schema = parsed(
                "message M { required int32 a = 1; optional string b = 2 [default = \"x\"]; repeated int32 c = 3; }",
                "M");

        assertThat(json(schema, message().varint(1, 5).varint(3, 1).varint(3, 2)))
                .isEqualTo("{\"a\":5,\"c\":[1,2]}");
        assertThatThrownBy(() -> json(schema, message().text(2, "x")))
                .isInstanceOf(BadValueException.class)
                .hasMessageContaining("required field a is missing");
    }

    @Test
    void messagesAreFoundByNameAndByPlace() throws Exception {
        ProtobufBytes value = message().varint(1, 4);

        assertThat(json(parsed(ALL_TYPES, "1.0"), value)).isEqualTo("{\"x\":4}");
        assertThat(json(parsed(ALL_TYPES, "shop.v1.Other.Deep"), value)).isEqualTo("{\"x\":4}");
        assertThatThrownBy(() -> parsed(ALL_TYPES, "2")).hasMessageContaining("no message at the place 2");
        assertThatThrownBy(() -> parsed(ALL_TYPES, "Order"))
                .hasMessageContaining("no message Order")
                .hasMessageContaining("shop.v1.Order");
    }

    @Test
    void importsComeFromReferences() throws Exception {
        String common = "syntax = \"proto3\"; package common; message Money { int64 cents = 1; }";
        String order = "syntax = \"proto3\"; import \"common.proto\"; message Order { common.Money price = 1; }";

        ProtobufSchema schema = ProtobufSchema.parse(order, List.of(new Reference("common.proto", common)), "");

        assertThat(json(schema, message().message(1, message().varint(1, 5)))).isEqualTo("{\"price\":{\"cents\":5}}");
        assertThatThrownBy(() -> parsed(order, ""))
                .hasMessageContaining("the type common.Money is neither in the schema nor in what it imports");
    }

    @Test
    void textThatIsNoSchemaIsRefusedWithItsLine() {
        for (String text : List.of(
                "message M {\n int32 a = ; }",
                "message M {\n int32 a = 1;",
                "message M { group A = 1 {\n} }",
                "edition = \"2023\"; message M {}",
                "syntax = \"proto4\";",
                "{\"type\":\"record\"}",
                "message M { map<bytes, int32> m = 1; }",
                "message M { string a = 99999999999; }",
                "message M { /* }",
                "")) {
            assertThatThrownBy(() -> parsed(text, "")).as(text).isInstanceOf(BadValueException.class);
        }
        assertThatThrownBy(() -> parsed("message M {\n int32 a = ; }", ""))
                .hasMessageContaining("at line 2")
                .hasMessageContaining("';' is no number");
    }

    @Test
    void anyBytesAreAValueOrABadValueAndNothingElse() throws Exception {
        ProtobufSchema schema = parsed(ALL_TYPES, "");
        var json = new ObjectMapper();
        int good = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var value = new byte[random.nextInt(60)];
            random.nextBytes(value);
            for (int i = 0; i < value.length; i += 1 + random.nextInt(6)) {
                value[i] = (byte) (random.nextInt(30) << 3 | random.nextInt(3));
            }
            try {
                json.readTree(schema.decoder(ALL).decode(value, 0));
                good++;
            } catch (BadValueException e) {
                assertThat(e.reason()).isNotEmpty();
            } catch (Exception e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(good).isPositive();
    }

    @Test
    void anyTextIsASchemaOrABadOneAndNothingElse() {
        for (long seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder(ALL_TYPES);
            for (int i = random.nextInt(6); i >= 0; i--) {
                int at = random.nextInt(text.length());
                int to = Math.min(text.length(), at + random.nextInt(12));
                if (random.nextBoolean()) {
                    text.delete(at, to);
                } else {
                    text.insert(at, text.substring(to, Math.min(text.length(), to + 8)));
                }
            }
            try {
                parsed(text.toString(), "");
            } catch (BadValueException e) {
                assertThat(e.reason()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
