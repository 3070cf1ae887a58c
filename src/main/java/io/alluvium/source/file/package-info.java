/// Files as sources. [io.alluvium.source.file.FileFaults] says what an exception of the file system means for a table,
/// and what a user can do about it.
@NullMarked
package io.alluvium.source.file;

import org.jspecify.annotations.NullMarked;
