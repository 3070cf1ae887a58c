package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableStatus;
import io.alluvium.catalog.TableStatus.Phase;
import io.alluvium.data.Column;
import io.alluvium.serve.Secrets;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The status of a table as JSON; what is absent is left out.
final class StatusJson {

    private StatusJson() {}

    /// @param memory given when columns, definition and options are wanted too
    static void write(TableStatus table, @Nullable MemoryJson memory, JsonGenerator out) throws IOException {
        boolean whole = memory != null;
        out.writeStartObject();
        out.writeStringField("name", table.name().value());
        out.writeStringField("state", table.state().name());
        out.writeObjectFieldStart("key");
        texts("columns", table.key().columns(), out);
        out.writeStringField("rule", table.key().rule());
        out.writeEndObject();
        if (whole) {
            columns(table, out);
            out.writeStringField("definition", Secrets.masked(table.definition().sql()));
        }
        texts(
                "dependsOn",
                table.definition().dependsOn().stream().map(t -> t.value()).toList(),
                out);
        sources(table.definition().sources(), out);
        out.writeNumberField("rows", table.rows());
        out.writeNumberField("bytes", table.bytes());
        if (memory != null) {
            memory.write(out);
        }
        indexes(table.indexes(), out);
        if (table.progress().isPresent()) {
            progress(table.progress().get(), out);
        }
        if (table.lag().isPresent()) {
            out.writeObjectFieldStart("lag");
            out.writeNumberField("records", table.lag().get().records());
            out.writeNumberField("millis", table.lag().get().millis());
            out.writeEndObject();
        }
        time("startedAt", table.times().startedAt(), out);
        time("finishedAt", table.times().finishedAt(), out);
        time("lastChangeAt", table.times().lastChangeAt(), out);
        out.writeNumberField("badRecords", table.badRecords());
        if (table.retry().isPresent()) {
            retry(table.retry().get(), out);
        }
        if (table.note().isPresent()) {
            out.writeObjectFieldStart("note");
            out.writeStringField("message", Secrets.masked(table.note().get().message()));
            out.writeStringField("hint", Secrets.masked(table.note().get().hint()));
            out.writeEndObject();
        }
        if (table.replacement().isPresent()) {
            replacement(table.replacement().get(), out);
        }
        positions(table.positions(), out);
        if (table.snapshot().isPresent()) {
            snapshot(table.snapshot().get(), out);
        }
        if (whole) {
            options(table, out);
        }
        out.writeEndObject();
    }

    private static void indexes(List<TableStatus.Index> indexes, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("indexes");
        for (TableStatus.Index index : indexes) {
            out.writeStartObject();
            out.writeStringField("name", index.index().name());
            texts("columns", index.index().columns(), out);
            out.writeStringField("kind", index.index().kind().text());
            out.writeStringField("state", index.state().name());
            out.writeNumberField("rows", index.rows());
            out.writeNumberField("bytes", index.bytes());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void replacement(TableStatus.Replacement next, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("replacement");
        out.writeStringField("state", next.state().name());
        if (next.progress().isPresent()) {
            progress(next.progress().get(), out);
        }
        if (next.retry().isPresent()) {
            retry(next.retry().get(), out);
        }
        out.writeEndObject();
    }

    private static void columns(TableStatus table, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("columns");
        for (Column column : table.schema().columns()) {
            out.writeStartObject();
            out.writeStringField("name", column.name());
            out.writeStringField("type", column.type().sql());
            out.writeBooleanField("nullable", column.nullable());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /// `source` is the first one; `sources` are all, where there are more.
    private static void sources(List<SourceDefinition> sources, JsonGenerator out) throws IOException {
        if (sources.isEmpty()) {
            return;
        }
        out.writeFieldName("source");
        source(sources.getFirst(), out);
        if (sources.size() > 1) {
            out.writeArrayFieldStart("sources");
            for (SourceDefinition source : sources) {
                source(source, out);
            }
            out.writeEndArray();
        }
    }

    private static void source(SourceDefinition source, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", source.kind());
        switch (source) {
            case SourceDefinition.KafkaTopic kafka -> out.writeStringField("topic", kafka.topic());
            case SourceDefinition.Files files -> out.writeStringField("path", Secrets.masked(files.pattern()));
            case SourceDefinition.Jdbc jdbc -> {
                out.writeStringField("url", Secrets.masked(jdbc.shownUrl()));
                out.writeStringField("relation", Secrets.masked(jdbc.relation()));
            }
            case SourceDefinition.OtherTable other ->
                out.writeStringField("table", other.table().value());
            case SourceDefinition.History history -> {
                out.writeFieldName("first");
                source(history.first(), out);
                out.writeFieldName("then");
                source(history.then(), out);
            }
        }
        out.writeEndObject();
    }

    private static void progress(TableStatus.Progress progress, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("progress");
        out.writeStringField("phase", progress.phase().name());
        out.writeNumberField("loaded", progress.loaded());
        if (progress.total() >= 0) {
            out.writeNumberField("total", progress.total());
            out.writeNumberField("percent", progress.percent());
        }
        if (Double.isFinite(progress.rowsPerSecond()) && progress.rowsPerSecond() >= 0) {
            out.writeNumberField("rowsPerSecond", Math.round(progress.rowsPerSecond()));
        }
        boolean isTimeKnown = Double.isFinite(progress.secondsLeft()) && progress.secondsLeft() >= 0;
        if (progress.phase() == Phase.BULK && progress.total() >= 0 && isTimeKnown) {
            out.writeNumberField("secondsLeft", Math.round(progress.secondsLeft() * 10) / 10.0);
        }
        out.writeEndObject();
    }

    private static void retry(TableStatus.Retry retry, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("retry");
        out.writeStringField("category", retry.category().name());
        out.writeNumberField("attempts", retry.attempts());
        out.writeStringField("firstFailureAt", retry.firstFailureAt().toString());
        time("nextAttemptAt", retry.nextAttemptAt(), out);
        time("deadline", retry.deadline(), out);
        text("message", retry.message(), out);
        text("hint", retry.hint(), out);
        text("originalError", retry.originalError(), out);
        out.writeEndObject();
    }

    private static void time(String name, Optional<Instant> time, JsonGenerator out) throws IOException {
        if (time.isPresent()) {
            out.writeStringField(name, time.get().toString());
        }
    }

    private static void text(String name, String text, JsonGenerator out) throws IOException {
        if (!text.isEmpty()) {
            out.writeStringField(name, Secrets.masked(text));
        }
    }

    private static void snapshot(TableStatus.Snapshot snapshot, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("snapshot");
        out.writeStringField("takenAt", snapshot.takenAt().toString());
        out.writeNumberField("bytes", snapshot.bytes());
        out.writeNumberField("restoredRecords", snapshot.restoredRecords());
        positions(snapshot.positions(), out);
        out.writeEndObject();
    }

    private static void positions(List<TableStatus.PartitionPosition> positions, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("positions");
        for (TableStatus.PartitionPosition position : positions) {
            out.writeStartObject();
            out.writeNumberField("partition", position.partition());
            out.writeNumberField("offset", position.offset());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void options(TableStatus table, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("options");
        for (TableStatus.EffectiveOption option : table.options()) {
            out.writeStartObject();
            out.writeStringField("name", option.name());
            out.writeStringField("value", option.value());
            out.writeStringField("origin", option.origin());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void texts(String name, List<String> texts, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
