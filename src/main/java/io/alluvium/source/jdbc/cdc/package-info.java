/// The logs of databases, read by the Debezium engine. Read [io.alluvium.source.jdbc.cdc.ChangeStream] first.
/// Nothing else in the product knows Debezium or Kafka Connect; what comes out is
/// [io.alluvium.source.jdbc.cdc.Change].
@NullMarked
package io.alluvium.source.jdbc.cdc;

import org.jspecify.annotations.NullMarked;
