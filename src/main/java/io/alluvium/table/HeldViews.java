package io.alluvium.table;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The views of one table that are held, and what of the heap only they still have. Safe from any thread.
///
/// A view costs nothing as long as the table has the same chunks; from then on it keeps what the table has given
/// up. That is counted when somebody asks, by comparing what the view has with what the table has now, object by
/// object.
final class HeldViews {

    private final Set<ViewHold> holds = ConcurrentHashMap.newKeySet();

    ViewHold hold(TableStore table, SnapshotView view, ViewHolder holder) {
        var hold = new ViewHold(table, view, holder, holds::remove);
        holds.add(hold);
        return hold;
    }

    boolean isEmpty() {
        return holds.isEmpty();
    }

    /// The oldest first.
    List<ViewHold> oldestFirst() {
        long now = System.nanoTime();
        return holds.stream()
                .sorted(Comparator.comparingLong(hold -> hold.sinceNanos() - now))
                .toList();
    }

    /// What these views have and the table has not.
    ///
    /// @param present the partitions that the table has, none when it is gone itself
    static long bytes(Collection<ViewHold> held, List<PartitionStore> present) {
        Set<Object> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<PartitionStore> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(present);
        long sum = 0;
        for (ViewHold hold : held) {
            if (!(hold.view() instanceof SnapshotView snapshot)) {
                continue;
            }
            for (PartitionView view : snapshot.partitionViews()) {
                if (view == null) {
                    continue;
                }
                PartitionStore store = view.store();
                if (!kept.contains(store) && counted.add(store)) {
                    sum += store.bytes();
                }
                if (counted.add(view)) {
                    sum += view.bytesBeside(store.view(), counted);
                }
            }
        }
        return sum;
    }
}
