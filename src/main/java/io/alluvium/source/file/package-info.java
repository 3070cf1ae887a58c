/// Files as sources. Read [io.alluvium.source.file.FileLoader] first: it finds the files of a table, tells which
/// are new, grown, replaced or moved, and has each one read. The way of a row: `TextWindow` (the file's text in
/// UTF-8) → `Records` (cut apart, with offsets) → `Rows` (key and JSON) → `FileBatch` → the sink. Where batches
/// come from is said by [io.alluvium.source.file.FileBatches]: from the loader's own thread, or from several that
/// read ahead (`FilesAhead`, `TextRanges`). [io.alluvium.source.file.FileSource] finds columns and key before that;
/// [io.alluvium.source.file.FileFaults] says what an exception of the file system means for a table, and what a
/// user can do about it.
@NullMarked
package io.alluvium.source.file;

import org.jspecify.annotations.NullMarked;
