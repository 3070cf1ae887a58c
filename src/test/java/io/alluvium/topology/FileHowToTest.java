package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.alluvium.testkit.HowTo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The definitions of `docs/how-to/files.md` over files as it describes them.
class FileHowToTest {

    @TempDir
    private Path folder;

    @Test
    void theDefinitionsOfThePageLoadAndFollowTheirFiles() throws Exception {
        writeParquet();
        writeAvro();
        Files.write(
                folder.resolve("prices-2026.csv.zst"),
                Zstd.compress(
                        "symbol;price;day\nSAP;20.25;2026-03-01\nTSM;x;2026-03-01\n".getBytes(StandardCharsets.UTF_8)));
        Path nested = Files.createDirectories(folder.resolve("events/2026/03"));
        try (var out = new GZIPOutputStream(Files.newOutputStream(nested.resolve("a.jsonl.gz")))) {
            out.write("{\"id\":1,\"what\":\"start\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        Path log = Files.writeString(folder.resolve("app.log"), "{\"id\":1,\"text\":\"a\"}\n");

        Files.createDirectory(folder.resolve("clicks"));
        Files.writeString(folder.resolve("clicks/1.csv"), "id,url\n1,/a\n2,/b\n");
        Files.writeString(folder.resolve("clicks/2.csv"), "id,url\n2,/c\n");

        try (var cluster = new TestCluster(Files.createDirectory(folder.resolve("cluster")), 2)) {
            List<String> definitions = HowTo.texts("files.md");
            assertThat(definitions).hasSize(6);
            definitions.forEach(sql -> cluster.create(sql.replace("/data/", folder + "/")));
            for (String table : List.of("trades", "orders", "prices", "events", "log", "clicks")) {
                cluster.awaitLive(table);
            }

            cluster.awaitRows(
                    "trades",
                    Map.of("1", List.of("1.50", "{\"x\":1}"), "2", List.of("2.75", "{\"x\":2}")),
                    "id",
                    "price",
                    "leg");
            cluster.awaitRows("orders", Map.of("7", List.of("SAP")), "id", "symbol");
            cluster.awaitRows("prices", Map.of("SAP", List.of("20.25")), "symbol", "price");
            cluster.awaitRows("events", Map.of("1", List.of("start")), "id", "what");
            cluster.awaitRows("log", Map.of("1", List.of("a")), "id", "text");
            cluster.awaitRows("clicks", Map.of("1", List.of("/a"), "2", List.of("/c")), "id", "url");

            Files.writeString(log, "{\"id\":2,\"text\":\"b\"}\n", StandardOpenOption.APPEND);
            cluster.awaitRows("log", Map.of("1", List.of("a"), "2", List.of("b")), "id", "text");
        }
    }

    private void writeParquet() throws Exception {
        Files.createDirectory(folder.resolve("trades"));
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute("COPY (SELECT 1 AS id, 1.50::DECIMAL(9,2) AS price, {'x': 1} AS leg) TO '"
                    + folder.resolve("trades/a.parquet") + "' (FORMAT parquet)");
            statement.execute("COPY (SELECT 2 AS id, 2.75::DECIMAL(9,2) AS price, {'x': 2} AS leg, 'n' AS note) TO '"
                    + folder.resolve("trades/b.parquet") + "' (FORMAT parquet)");
        }
    }

    private void writeAvro() throws Exception {
        Schema schema = new Schema.Parser().parse("""
                {"type": "record", "name": "O", "fields": [
                  {"name": "id", "type": "long"}, {"name": "symbol", "type": ["null", "string"]}]}""");
        try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, folder.resolve("orders.avro").toFile());
            writer.append(new GenericRecordBuilder(schema)
                    .set("id", 7L)
                    .set("symbol", "SAP")
                    .build());
        }
    }
}
