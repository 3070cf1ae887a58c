package io.alluvium.topology;

import io.alluvium.catalog.HeldView;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableStorage;
import io.alluvium.table.ViewHold;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the views that are held: names those that are held for long, once each, and ends the oldest ones
/// when views keep more of the heap than they may. Safe from any thread; has one of its own.
final class ViewWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ViewWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final int MOST_CHARACTERS = 200;

    private final MemoryLimits limits;
    private final Supplier<List<TableStorage>> tables;
    /// Stores that are no table's any more. Whoever holds a view of one keeps it from being collected.
    private final List<WeakReference<TableStorage>> retired = new CopyOnWriteArrayList<>();
    private final Thread thread = Thread.ofVirtual().name("view-watch").unstarted(this::run);
    private Set<ViewHold> named = new HashSet<>();
    private Set<ViewHold> ended = new HashSet<>();

    /// @param tables the stores of all tables
    ViewWatch(MemoryLimits limits, Supplier<List<TableStorage>> tables) {
        this.limits = limits;
        this.tables = tables;
    }

    void start() {
        thread.start();
    }

    /// Says that a store is no table's any more; its views are watched on.
    void retire(TableStorage store) {
        store.retire();
        retired.add(new WeakReference<>(store));
    }

    /// What views hold of stores that are no table's any more.
    long retiredBytes() {
        return retiredStores().stream()
                .mapToLong(store -> store.heldBytes(store.holds()))
                .sum();
    }

    private List<TableStorage> retiredStores() {
        var stores = new ArrayList<TableStorage>();
        for (WeakReference<TableStorage> reference : retired) {
            TableStorage store = reference.get();
            if (store != null) {
                stores.add(store);
            }
        }
        return stores;
    }

    /// The views of some stores as their table's status shows them.
    static List<HeldView> shown(Collection<TableStorage> stores, Instant now) {
        return stores.stream()
                .flatMap(store -> store.holds().stream()
                        .map(hold -> new HeldView(label(hold), now.minus(hold.age()), store.heldBytes(List.of(hold)))))
                .toList();
    }

    private static String label(ViewHold hold) {
        String label = hold.holder().label().strip().replaceAll("\\s+", " ");
        return label.length() <= MOST_CHARACTERS ? label : label.substring(0, MOST_CHARACTERS) + "…";
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look at all views.
    synchronized void look() {
        retired.removeIf(reference -> reference.refersTo(null));
        Map<ViewHold, TableStorage> held = new LinkedHashMap<>();
        for (TableStorage store : stores()) {
            store.holds().forEach(hold -> held.put(hold, store));
        }
        named = remembered(named, held);
        ended = remembered(ended, held);
        if (held.isEmpty()) {
            return;
        }
        held.forEach(this::nameWhenOld);
        endOldest(held);
    }

    private List<TableStorage> stores() {
        var stores = new ArrayList<>(tables.get());
        stores.addAll(retiredStores());
        return stores;
    }

    private static Set<ViewHold> remembered(Set<ViewHold> before, Map<ViewHold, TableStorage> held) {
        var still = new HashSet<>(before);
        still.retainAll(held.keySet());
        return still;
    }

    private void nameWhenOld(ViewHold hold, TableStorage store) {
        if (hold.age().compareTo(limits.viewWarnAfter()) >= 0 && named.add(hold)) {
            LOG.warn(
                    "table={} a view of it is held for {} s and keeps {} that the table has given up: {}",
                    store.name(),
                    hold.age().toSeconds(),
                    Amounts.text(store.heldBytes(List.of(hold))),
                    label(hold));
        }
    }

    /// Ends holders until the rest keep no more than they may. Those that were ended before are about to let go.
    private void endOldest(Map<ViewHold, TableStorage> held) {
        var left = new ArrayList<>(held.keySet());
        left.removeAll(ended);
        left.sort(Comparator.comparing(ViewHold::age).reversed());
        long bytes = bytes(left, held);
        while (bytes > limits.viewBytes()) {
            ViewHold oldest = endFirst(left, held, bytes);
            if (oldest == null) {
                return;
            }
            left.remove(oldest);
            bytes = bytes(left, held);
        }
    }

    private @Nullable ViewHold endFirst(List<ViewHold> oldestFirst, Map<ViewHold, TableStorage> held, long all) {
        for (ViewHold hold : oldestFirst) {
            TableStorage store = Objects.requireNonNull(held.get(hold));
            long bytes = store.heldBytes(List.of(hold));
            if (bytes > 0 && hold.holder().end(tooOld(hold, store, bytes, all))) {
                ended.add(hold);
                LOG.warn(
                        "table={} ended after {} s, because its view keeps {} that the table has given up: {}",
                        store.name(),
                        hold.age().toSeconds(),
                        Amounts.text(bytes),
                        label(hold));
                return hold;
            }
        }
        return null;
    }

    private AlluviumException tooOld(ViewHold hold, TableStorage store, long bytes, long all) {
        return new AlluviumException(
                ErrorCode.SNAPSHOT_TOO_OLD,
                "the rows of the table " + store.name() + " as they were "
                        + hold.age().toSeconds()
                        + " s ago are gone: the statement kept " + Amounts.text(bytes)
                        + " that the table has given up since, and with those of other statements that is "
                        + Amounts.text(all) + " of the " + Amounts.text(limits.viewBytes())
                        + " that alluvium.view.memory.limit allows",
                "Run it again and read its rows faster, ask for fewer, or raise alluvium.view.memory.limit.");
    }

    private static long bytes(Collection<ViewHold> holds, Map<ViewHold, TableStorage> held) {
        Map<TableStorage, List<ViewHold>> byStore = new LinkedHashMap<>();
        for (ViewHold hold : holds) {
            byStore.computeIfAbsent(Objects.requireNonNull(held.get(hold)), store -> new ArrayList<>())
                    .add(hold);
        }
        long sum = 0;
        for (Map.Entry<TableStorage, List<ViewHold>> entry : byStore.entrySet()) {
            sum += entry.getKey().heldBytes(entry.getValue());
        }
        return sum;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
