package io.alluvium.topology;

import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableMemory;
import io.alluvium.table.TableStorage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The fillings of a table: the one whose rows are served, and the next one while it is being loaded. The table's
/// thread changes them, any thread reads them.
final class Generations {

    private volatile @Nullable Generation served;
    private volatile @Nullable Generation filling;

    /// What queries see.
    Optional<Generation> served() {
        return Optional.ofNullable(served);
    }

    boolean areServed() {
        return served != null;
    }

    /// The one whose state is told of: that which is served, and before there is one, that which is loaded.
    Optional<Generation> shown() {
        return served().or(() -> Optional.ofNullable(filling));
    }

    void load(Generation next) {
        filling = next;
    }

    /// Lets go of the one that is being loaded.
    void giveUp(Generation unfinished) {
        filling = null;
        unfinished.release();
    }

    /// From now on queries see what has been loaded.
    ///
    /// @return the one that they saw before
    Optional<Generation> serve(Generation loaded) {
        Optional<Generation> before = served();
        served = loaded;
        filling = null;
        return before;
    }

    /// Ends both, in a way of theirs. What is served stays readable as far as that way leaves it.
    void end(Consumer<Generation> way) {
        all().forEach(way);
    }

    /// Serves nothing any more.
    void forget() {
        served = null;
        filling = null;
    }

    private Stream<Generation> all() {
        return Stream.of(served(), Optional.ofNullable(filling)).flatMap(Optional::stream);
    }

    long rows() {
        return shown().map(generation -> generation.store.rows()).orElse(0L);
    }

    /// Where the rows are; two fillings of a table on disk may share one store.
    List<TableStorage> stores() {
        return all().map(generation -> generation.store).distinct().toList();
    }

    long bytes() {
        return stores().stream().mapToLong(TableStorage::bytes).sum();
    }

    /// What [#bytes] is made of.
    TableMemory memory() {
        return stores().stream().map(TableStorage::memory).reduce(TableMemory.NONE, TableMemory::plus);
    }

    Optional<TableStatus.Snapshot> snapshot() {
        return shown().flatMap(Generation::snapshot);
    }

    /// The names of the topics that they are filled from.
    Set<String> topics() {
        Set<String> names = new HashSet<>();
        all().forEach(generation -> generation.topics.forEach(topic -> names.add(topic.name())));
        return names;
    }
}
