package io.alluvium.query;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The plans used last, by the key of their statement's shape. Safe from any thread.
final class PlanCache {

    /// A longer statement is planned anew each time: many of them would fill the memory.
    private static final int LONGEST_KEY = 64 << 10;

    private final int capacity;
    private final LinkedHashMap<String, Plan> plans = new LinkedHashMap<>(64, 0.75f, true);
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    PlanCache(int capacity) {
        this.capacity = capacity;
    }

    /// Looks a plan up and counts a hit or a miss.
    @Nullable
    Plan find(String key) {
        Plan plan = peek(key);
        (plan == null ? misses : hits).increment();
        return plan;
    }

    @Nullable
    synchronized Plan peek(String key) {
        return plans.get(key);
    }

    synchronized void put(String key, Plan plan) {
        if (key.length() > LONGEST_KEY) {
            return;
        }
        plans.put(key, plan);
        while (plans.size() > capacity) {
            Map.Entry<String, Plan> eldest = plans.entrySet().iterator().next();
            plans.remove(eldest.getKey());
            evictions.increment();
        }
    }

    /// Forgets a plan that no longer fits its tables.
    synchronized void remove(String key, Plan plan) {
        plans.remove(key, plan);
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long evictions() {
        return evictions.sum();
    }
}
