/// Rows, columns and their types: the vocabulary that every other package shares. Read [io.alluvium.data.RowBatch]
/// first: it is the form in which rows travel from a source to the table and from the table to an answer.
@NullMarked
package io.alluvium.data;

import org.jspecify.annotations.NullMarked;
