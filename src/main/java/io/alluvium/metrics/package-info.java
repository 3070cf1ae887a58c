/// What the service counts and measures, for Prometheus. Read [io.alluvium.metrics.Meters] first; the names are in
/// [io.alluvium.metrics.MetricNames].
@NullMarked
package io.alluvium.metrics;

import org.jspecify.annotations.NullMarked;
