package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.catalog.HeldView;
import io.alluvium.data.TableMemory;
import io.alluvium.serve.Secrets;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a table takes of the heap, and the views of it that are held, as JSON.
record MemoryJson(Optional<TableMemory> memory, List<HeldView> views) {

    MemoryJson {
        views = List.copyOf(views);
    }

    void write(JsonGenerator out) throws IOException {
        if (memory.isEmpty()) {
            return;
        }
        memory(memory.get(), out);
        out.writeArrayFieldStart("views");
        for (HeldView view : views) {
            out.writeStartObject();
            out.writeStringField("statement", Secrets.masked(view.statement()));
            out.writeStringField("since", view.since().toString());
            out.writeNumberField("bytes", view.bytes());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void memory(TableMemory memory, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("memory");
        out.writeNumberField("total", memory.total());
        out.writeNumberField("keys", memory.keys());
        out.writeNumberField("primaryIndex", memory.primaryIndex());
        byName("columns", memory.columns(), out);
        out.writeNumberField("versions", memory.versions());
        byName("indexes", memory.indexes(), out);
        out.writeNumberField("heldByViews", memory.heldByViews());
        out.writeEndObject();
    }

    private static void byName(String name, Map<String, Long> parts, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> part : parts.entrySet()) {
            out.writeNumberField(part.getKey(), part.getValue());
        }
        out.writeEndObject();
    }
}
