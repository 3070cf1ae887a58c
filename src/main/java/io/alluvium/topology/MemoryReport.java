package io.alluvium.topology;

import io.alluvium.data.TableMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// What the parts of a table take as the metrics ask for it: part by part, but looked up once for all of them. Safe
/// from any thread.
final class MemoryReport {

    private static final long LOOK_AGAIN_NANOS = 500_000_000L;

    private record Look(TableMemory memory, long nanos) {}

    private final Supplier<TableMemory> source;
    private volatile Look last = new Look(TableMemory.NONE, System.nanoTime() - LOOK_AGAIN_NANOS);

    MemoryReport(Supplier<TableMemory> source) {
        this.source = source;
    }

    /// By the name that a part has in the metrics.
    Map<String, LongSupplier> parts() {
        Map<String, LongSupplier> parts = new LinkedHashMap<>();
        parts.put("keys", part(TableMemory::keys));
        parts.put("primary_index", part(TableMemory::primaryIndex));
        parts.put("columns", part(TableMemory::columnBytes));
        parts.put("versions", part(TableMemory::versions));
        parts.put("indexes", part(TableMemory::indexBytes));
        parts.put("views", part(TableMemory::heldByViews));
        return parts;
    }

    private LongSupplier part(ToLongFunction<TableMemory> part) {
        return () -> part.applyAsLong(now());
    }

    private TableMemory now() {
        Look look = last;
        long now = System.nanoTime();
        if (now - look.nanos >= LOOK_AGAIN_NANOS) {
            look = new Look(source.get(), now);
            last = look;
        }
        return look.memory;
    }
}
