/// Definitions turned into running Kafka Streams applications: the tables, the jobs that compute tables from
/// tables, their life cycle and states. Read [io.alluvium.topology.Tables] first, then `LiveTable`.
@NullMarked
package io.alluvium.topology;

import org.jspecify.annotations.NullMarked;
