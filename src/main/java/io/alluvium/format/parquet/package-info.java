/// Parquet files: footer, pages and rows, without Hadoop. Read [io.alluvium.format.parquet.ParquetFile] first.
@NullMarked
package io.alluvium.format.parquet;

import org.jspecify.annotations.NullMarked;
