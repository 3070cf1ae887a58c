/// The schemas of a schema registry, by Confluent's interface. Read [io.alluvium.format.registry.SchemaRegistry]
/// first.
@NullMarked
package io.alluvium.format.registry;

import org.jspecify.annotations.NullMarked;
