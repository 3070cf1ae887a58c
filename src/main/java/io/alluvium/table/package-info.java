/// The optimized table: rows in typed columns with a primary-key index, one writer and any number of readers. It
/// knows no library. Read [io.alluvium.table.TableStore] first, then [io.alluvium.table.TableView].
@NullMarked
package io.alluvium.table;

import org.jspecify.annotations.NullMarked;
