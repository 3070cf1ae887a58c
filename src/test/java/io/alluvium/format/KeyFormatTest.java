package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.testkit.ProtobufBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyFormatTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyFormat json(String... sample) {
        List<byte[]> keys =
                java.util.Arrays.stream(sample).map(KeyFormatTest::utf8).toList();
        return KeyFormat.of("json", Optional.empty(), KeyFormat.discover("json", Optional.empty(), keys));
    }

    private static byte[] read(KeyFormat format, byte[] key) throws BadValueException {
        return format.reader().read(key, RowBatch.forSchema(new Schema(format.columns()), 1), 0);
    }

    private static String columns(KeyFormat format) {
        return format.columns().stream()
                .map(c -> c.name() + " " + c.type())
                .toList()
                .toString();
    }

    @Test
    void aTextIsTheTablesKeyAsItIs() throws Exception {
        byte[] key = {'a', -1};

        assertThat(read(new KeyFormat.Text(), key)).isSameAs(key);
    }

    @Test
    void oneKeyInSeveralSpellingsIsOneKey() throws Exception {
        KeyFormat format = json("{\"id\":1}");

        assertThat(columns(format)).isEqualTo("[_key BIGINT]");
        assertThat(read(format, utf8("{ \"id\" : 1 }"))).isEqualTo(read(format, utf8("1")));
        assertThat(read(format, utf8("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"id\":1}}")))
                .isEqualTo(read(format, utf8("{\"id\":1}")));
        assertThat(read(format, utf8("{\"schema\":null,\"payload\":1}"))).isEqualTo(read(format, utf8("1")));
        assertThat(read(format, utf8("2"))).isNotEqualTo(read(format, utf8("1")));
    }

    @Test
    void theFieldsOfAKeyComeInAnyOrder() throws Exception {
        KeyFormat format = json("{\"a\":\"x|y\",\"b\":2}", "{\"c\":1}");

        assertThat(columns(format)).isEqualTo("[a VARCHAR, b BIGINT]");
        assertThat(read(format, utf8("{\"b\":2,\"a\":\"x|y\"}")))
                .isEqualTo(read(format, utf8("{\"a\":\"x|y\",\"b\":2}")));
    }

    @Test
    void keysOfProtobufAreTheirFieldsInWhateverOrderTheyAreWritten() throws Exception {
        Optional<SchemaSource> schema = Optional.of(new SchemaSource.Fixed(
                "syntax = \"proto3\"; message Line { int64 number = 1; string sku = 2; }", Optional.empty()));
        KeyFormat format = KeyFormat.of("protobuf", schema, KeyFormat.discover("protobuf", schema, List.of()));
        byte[] key = new ProtobufBytes().varint(1, 7).text(2, "a|b").toByteArray();

        assertThat(columns(format)).isEqualTo("[number BIGINT, sku VARCHAR]");
        assertThat(read(format, new ProtobufBytes().text(2, "a|b").varint(1, 7).toByteArray()))
                .isEqualTo(read(format, key));
        assertThat(read(json("{\"number\":1,\"sku\":\"x\"}"), utf8("{\"sku\":\"a|b\",\"number\":7}")))
                .isEqualTo(read(format, key));
        assertThat(read(format, new ProtobufBytes().varint(1, 8).text(2, "a|b").toByteArray()))
                .isNotEqualTo(read(format, key));
        assertThatThrownBy(() -> read(format, new byte[] {8})).isInstanceOf(BadValueException.class);
    }

    @Test
    void whatCannotBeAKeyIsABadValue() {
        KeyFormat two = json("{\"a\":1,\"b\":2}");
        for (String key : List.of(
                "",
                "1",
                "{\"a\":1}",
                "{\"a\":1,\"c\":2}",
                "{\"a\":1,\"b\":null}",
                "{\"a\":1,\"b\":[]}",
                "{\"a\":1,\"b\":\"text\"}",
                "{\"a\":1,\"b\":2} 3",
                "[1,2]",
                "null",
                "{\"a\":1,\"b\":2",
                "{\"a\":")) {
            assertThatThrownBy(() -> read(two, utf8(key))).as(key).isInstanceOf(BadValueException.class);
        }
        assertThatThrownBy(() -> read(new KeyFormat.Whole(Long.BYTES), utf8("short")))
                .isInstanceOf(BadValueException.class)
                .hasMessageContaining("has 5 bytes; key.format = 'long' has 8");
    }

    @Test
    void anyBytesAreAKeyOrABadValueAndNothingElse() {
        KeyFormat format = json("{\"a\":1,\"b\":\"x\"}");
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            byte[] key = utf8("{\"a\":1,\"b\":\"x\"}");
            for (int i = random.nextInt(3); i >= 0; i--) {
                key[random.nextInt(key.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(format, key)).isNotEmpty();
            } catch (BadValueException e) {
                assertThat(e.reason()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aNestedFieldOfASchemaIsRefused() {
        var schema = new SchemaSource.Fixed(
                "{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"array\","
                        + "\"items\":\"int\"}}]}",
                Optional.empty());

        assertThatThrownBy(() -> KeyFormat.discover("avro", Optional.of(schema), List.of()))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("the field a, which is nested");
    }
}
