/// Kafka inside this process, for those who have none. Read [io.alluvium.broker.EmbeddedBroker] first: it starts
/// and stops the broker. [io.alluvium.broker.DataDirectoryLock] keeps a second service off the same data directory,
/// whether the broker is embedded or not.
@NullMarked
package io.alluvium.broker;

import org.jspecify.annotations.NullMarked;
