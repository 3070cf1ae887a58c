/// Bytes to rows and back, and the discovery of columns from data. Read [io.alluvium.format.RowDecoder]
/// first.
@NullMarked
package io.alluvium.format;

import org.jspecify.annotations.NullMarked;
