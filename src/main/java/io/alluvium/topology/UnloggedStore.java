package io.alluvium.topology;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/// Gives Kafka Streams one store per partition, which has neither a cache nor a changelog of its own.
///
/// @param maker makes the store of a partition
record UnloggedStore<S extends StateStore>(String name, Supplier<S> maker) implements StoreBuilder<S> {

    @Override
    public S build() {
        return maker.get();
    }

    @Override
    public StoreBuilder<S> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<S> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
        throw new IllegalStateException("the store " + name + " has no changelog of its own");
    }

    @Override
    public StoreBuilder<S> withLoggingDisabled() {
        return this;
    }

    @Override
    public Map<String, String> logConfig() {
        return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
        return false;
    }
}
