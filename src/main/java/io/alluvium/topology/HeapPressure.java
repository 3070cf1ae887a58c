package io.alluvium.topology;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether the heap was nearly full after the last garbage collection. Safe from any thread.
///
/// What a collection leaves may be garbage of a kind that only a later one takes. So its word counts for some
/// seconds alone: whoever goes on after that makes the next collection come, which then has the better word.
final class HeapPressure {

    private static final double HIGH = 0.92;
    private static final long COUNTS_FOR_MILLIS = 10_000;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());

    boolean isHigh() {
        GcInfo last = last();
        if (last == null || ManagementFactory.getRuntimeMXBean().getUptime() - last.getEndTime() > COUNTS_FOR_MILLIS) {
            return false;
        }
        long used = last.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heapPools.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
        return used > HIGH * Runtime.getRuntime().maxMemory();
    }

    private @Nullable GcInfo last() {
        GcInfo last = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
                last = info;
            }
        }
        return last;
    }
}
