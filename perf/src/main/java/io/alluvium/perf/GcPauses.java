package io.alluvium.perf;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/// How often and how long this JVM's collector stops all threads, as it says itself. Work that it does beside them
/// is not counted.
final class GcPauses {

    private static final long NOTES_MILLIS = 300;

    private final LongAdder count = new LongAdder();
    private final LongAdder totalMillis = new LongAdder();
    private final LongAccumulator longestMillis = new LongAccumulator(Math::max, 0);

    static GcPauses watch() {
        var pauses = new GcPauses();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            String name = collector.getName();
            if (!name.contains("Concurrent") && !name.contains("Cycles")) {
                ((NotificationEmitter) collector)
                        .addNotificationListener(
                                (notification, handback) -> pauses.note(GarbageCollectionNotificationInfo.from(
                                        (CompositeData) notification.getUserData())),
                                notification -> notification
                                        .getType()
                                        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                                null);
            }
        }
        return pauses;
    }

    private void note(GarbageCollectionNotificationInfo info) {
        long millis = info.getGcInfo().getDuration();
        count.increment();
        totalMillis.add(millis);
        longestMillis.accumulate(millis);
    }

    /// The JVM tells of a collection some time after it.
    void awaitNotes() throws InterruptedException {
        Thread.sleep(NOTES_MILLIS);
    }

    /// Count, longest, sum.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d, %d ms, %d ms", count.sum(), longestMillis.get(), totalMillis.sum());
    }
}
