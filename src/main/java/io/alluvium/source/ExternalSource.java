package io.alluvium.source;

import io.alluvium.data.Schema;
import java.util.List;

/// A source that is not a Kafka topic: it can be looked at, and a [Loader] brings its rows into Kafka.
public interface ExternalSource {

    /// Finds out what the source holds.
    ///
    /// @throws io.alluvium.fault.AlluviumException FILE_MISSING when it is not there; CONFIGURATION,
    ///     AUTHENTICATION, NETWORK, DATA when it cannot be read
    Discovery discover();

    /// A loader for what was discovered.
    ///
    /// @param topic the one that it fills; no other loader of any table ever has it, but one that goes on with it
    Loader open(Discovery discovery, String topic);

    /// Removes what the loaders of a topic have made in the source, such as a replication slot. They are closed.
    ///
    /// @throws io.alluvium.fault.AlluviumException when the source does not let it go, or cannot be reached
    default void forget(String topic) throws InterruptedException {}

    /// @param schema the columns of the rows that the loader sends; without a key column in them, `_key`
    ///     comes first
    /// @param key the key's columns in `schema`
    /// @param keyRule which rule chose the key, in words
    record Discovery(Schema schema, List<String> key, String keyRule) {
        public Discovery {
            key = List.copyOf(key);
        }
    }
}
