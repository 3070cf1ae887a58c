/// External tables and how their rows are brought into Kafka. Read [io.alluvium.source.Loader] first.
@NullMarked
package io.alluvium.source;

import org.jspecify.annotations.NullMarked;
