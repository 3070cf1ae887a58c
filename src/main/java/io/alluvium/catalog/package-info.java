/// What tables there are: their definitions, where their rows come from, and the state that they are in, as values
/// that every part of the service can read. Read [io.alluvium.catalog.TableDefinition] first, then
/// [io.alluvium.catalog.TableStatus].
@NullMarked
package io.alluvium.catalog;

import org.jspecify.annotations.NullMarked;
