/// Answers SELECTs over the tables: Calcite's planner, our own operators on batches of columns, and the plan cache.
/// Read `QueryEngine` first.
@NullMarked
package io.alluvium.query;

import org.jspecify.annotations.NullMarked;
