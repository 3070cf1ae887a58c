package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.RecordingSink;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files as Avro's own writer makes them.
class AvroFilesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Schema SIMPLE = record("{'name': 'id', 'type': 'long'}, {'name': 'text', 'type': 'string'}");

    @TempDir
    private Path folder;

    @Test
    void columnsAndValuesAreThoseOfTheSchema() throws Exception {
        Schema schema = record("""
                {'name': 'id', 'type': 'int'},
                {'name': 'flag', 'type': 'boolean'},
                {'name': 'f', 'type': 'float'},
                {'name': 'd', 'type': ['null', 'double']},
                {'name': 'money', 'type': {'type': 'bytes', 'logicalType': 'decimal', 'precision': 9, 'scale': 2}},
                {'name': 'day', 'type': {'type': 'int', 'logicalType': 'date'}},
                {'name': 'noon', 'type': {'type': 'long', 'logicalType': 'time-micros'}},
                {'name': 'at', 'type': {'type': 'long', 'logicalType': 'timestamp-millis'}},
                {'name': 'here', 'type': {'type': 'long', 'logicalType': 'local-timestamp-micros'}},
                {'name': 'uuid', 'type': {'type': 'string', 'logicalType': 'uuid'}},
                {'name': 'bytes', 'type': 'bytes'},
                {'name': 'kind', 'type': {'type': 'enum', 'name': 'K', 'symbols': ['A', 'B']}},
                {'name': 'list', 'type': {'type': 'array', 'items': ['null', 'int']}},
                {'name': 'map', 'type': {'type': 'map', 'values': 'string'}},
                {'name': 'inner', 'type': ['null', {'type': 'record', 'name': 'I', 'fields':
                    [{'name': 'x', 'type': 'long'}]}]}""");
        Schema inner = schema.getField("inner").schema().getTypes().get(1);
        GenericRecord row = new GenericRecordBuilder(schema)
                .set("id", 7)
                .set("flag", true)
                .set("f", 1.5f)
                .set("d", null)
                .set(
                        "money",
                        ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()))
                .set("day", 20_000)
                .set("noon", 45_000_000_001L)
                .set("at", -1L)
                .set("here", 1_500_000L)
                .set("uuid", "00000000-0000-4000-8000-000000000001")
                .set("bytes", ByteBuffer.wrap(new byte[] {1, 2}))
                .set("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "B"))
                .set("list", java.util.Arrays.asList(1, null))
                .set("map", Map.of("k", "v\"\n"))
                .set("inner", new GenericRecordBuilder(inner).set("x", 5L).build())
                .build();
        Path file = write("a.avro", schema, null, 100, List.of(row));

        assertThat(FileFixture.over(file).columns())
                .containsExactly(
                        "id INTEGER",
                        "flag BOOLEAN",
                        "f REAL",
                        "d DOUBLE",
                        "money DECIMAL(9,2)",
                        "day DATE",
                        "noon TIME",
                        "at TIMESTAMPTZ",
                        "here TIMESTAMP",
                        "uuid UUID",
                        "bytes BYTEA",
                        "kind VARCHAR",
                        "list JSON",
                        "map JSON",
                        "inner JSON");
        assertThat(MAPPER.readTree(FileFixture.over(file).load().values().getFirst()))
                .isEqualTo(MAPPER.readTree("""
                        {"id":7,"flag":true,"f":1.5,"d":null,"money":-12.34,"day":"2024-10-04","noon":"12:30:00.000001",
                         "at":"1969-12-31T23:59:59.999Z","here":"1970-01-01T00:00:01.500","uuid":
                         "00000000-0000-4000-8000-000000000001","bytes":"AQI=","kind":"B","list":[1,null],
                         "map":{"k":"v\\"\\n"},"inner":{"x":5}}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
    void afterEachInterruptionTheLoadGoesOnWithoutLossOrDoubles(String codec) throws Exception {
        write("a.avro", SIMPLE, codec, 500, rows(0, 2000));
        RecordingSink whole = FileFixture.over(folder + "/*.avro").load();
        assertThat(whole.rows()).hasSize(2000);
        for (int calls = 1; calls < 2000; calls += 333) {
            var sink = new RecordingSink();
            sink.failAfter(calls);
            FileFixture fixture = FileFixture.over(folder + "/*.avro");
            try (FileLoader loader = fixture.loader(100)) {
                assertThatThrownBy(() -> loader.loadAll(sink.position(), sink))
                        .isInstanceOf(RecordingSink.Failure.class);
            }
            int before = sink.rows().size();
            int sent = sink.sent();
            try (FileLoader loader = fixture.loader(100)) {
                loader.loadAll(sink.position(), sink);
            }
            assertThat(sink.rows()).isEqualTo(whole.rows());
            assertThat(sink.sent() - sent).isEqualTo(2000 - before);
        }
    }

    @Test
    void aDamagedBlockHidesItsRowsAndNoMore() throws Exception {
        Path file = write("a.avro", SIMPLE, "zstandard", 500, rows(0, 2000));
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 2; i < bytes.length / 2 + 20; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        Files.write(file, bytes);

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.bad()).isNotEmpty().allSatisfy(bad -> {
            assertThat(bad.place()).startsWith(file + ":row ");
            assertThat(bad.reason()).contains("the file is damaged");
        });
        assertThat(sink.rows()).hasSizeBetween(1500, 1999).containsValue("{\"id\":1999,\"text\":\"t1999\"}");
    }

    @Test
    void everyDamagedByteIsABadRecordOrAnErrorOfItsFile() throws Exception {
        Path file = write("a.avro", SIMPLE, "deflate", 200, rows(0, 200));
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += 3) {
            byte[] damaged = bytes.clone();
            damaged[i] = (byte) (damaged[i] ^ 0x81);
            Files.write(file, damaged);
            try {
                RecordingSink sink = FileFixture.over(file).with("key", "id").load();
                assertThat(sink.rows().size() + sink.bad().size())
                        .as("byte %s", i)
                        .isPositive();
            } catch (AlluviumException e) {
                assertThat(e.code())
                        .as("byte %s: %s", i, e)
                        .isIn(ErrorCode.DATA, ErrorCode.FEATURE_NOT_SUPPORTED, ErrorCode.CONFIGURATION);
                assertThat(e.getMessage()).contains("a.avro");
            }
        }
    }

    @Test
    void declaredColumnsAreReadAndOthersAreNot() throws Exception {
        Path file = write("a.avro", SIMPLE, null, 100, rows(0, 2));

        assertThat(FileFixture.over(file).column("TEXT", "VARCHAR").load().values())
                .containsExactly("{\"TEXT\":\"t0\"}", "{\"TEXT\":\"t1\"}");
    }

    @Test
    void filesOfDifferentSchemasGiveTheColumnsThatHoldAll() throws Exception {
        write("a.avro", SIMPLE, null, 100, rows(0, 1));
        Schema other = record("{'name': 'id', 'type': 'double'}, {'name': 'more', 'type': 'int'}");
        write(
                "b.avro",
                other,
                null,
                100,
                List.of(new GenericRecordBuilder(other)
                        .set("id", 2.5)
                        .set("more", 1)
                        .build()));

        assertThat(FileFixture.over(folder + "/*.avro").columns())
                .containsExactly("id DOUBLE", "text VARCHAR", "more INTEGER");
        assertThat(FileFixture.over(folder + "/*.avro").load().values())
                .containsExactly("{\"id\":0,\"text\":\"t0\"}", "{\"id\":2.5,\"more\":1}");
    }

    @Test
    void aReplacedFileIsReadAgainWithoutDoublingItsRows() throws Exception {
        Schema schema = record("{'name': 'n', 'type': 'long'}");
        Path file = write("a.avro", schema, "snappy", 100, longs(schema, 0, 500));
        var sink = new RecordingSink();
        try (FileLoader loader = FileFixture.over(folder + "/*.avro").watched().loader()) {
            loader.loadAll(sink.position(), sink);
            assertThat(sink.rows()).hasSize(500);

            Path shorter = write("a.new", schema, "snappy", 100, longs(schema, 1000, 3));
            Files.move(shorter, file, StandardCopyOption.ATOMIC_MOVE);
            loader.poll(sink.position(), sink);
            loader.poll(sink.position(), sink);
        }

        assertThat(sink.rowsByText())
                .isEqualTo(
                        Map.of(file + ":0", "{\"n\":1000}", file + ":1", "{\"n\":1001}", file + ":2", "{\"n\":1002}"));
    }

    private static List<GenericRecord> longs(Schema schema, int from, int count) {
        return java.util.stream.IntStream.range(from, from + count)
                .mapToObj(i -> (GenericRecord)
                        new GenericRecordBuilder(schema).set("n", (long) i).build())
                .toList();
    }

    private static List<GenericRecord> rows(int from, int count) {
        return java.util.stream.IntStream.range(from, from + count)
                .mapToObj(i -> (GenericRecord) new GenericRecordBuilder(SIMPLE)
                        .set("id", (long) i)
                        .set("text", "t" + i)
                        .build())
                .toList();
    }

    private static Schema record(String fields) {
        return new Schema.Parser()
                .parse(("{'type': 'record', 'name': 'R', 'fields': [" + fields + "]}").replace('\'', '"'));
    }

    private Path write(String name, Schema schema, @Nullable String codec, int blockBytes, List<GenericRecord> rows)
            throws Exception {
        Path file = folder.resolve(name);
        try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))) {
            writer.setSyncInterval(blockBytes);
            writer.setCodec(
                    switch (Objects.requireNonNullElse(codec, "null")) {
                        case "deflate" -> CodecFactory.deflateCodec(6);
                        case "snappy" -> CodecFactory.snappyCodec();
                        case "zstandard" -> CodecFactory.zstandardCodec(3);
                        default -> CodecFactory.nullCodec();
                    });
            writer.create(schema, file.toFile());
            for (GenericRecord row : rows) {
                writer.append(row);
            }
        }
        return file;
    }
}
