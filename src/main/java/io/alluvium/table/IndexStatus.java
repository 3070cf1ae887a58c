package io.alluvium.table;

/// How far an index has come.
///
/// @param indexedRows how many of the table's rows are found by the index; the others are looked through
/// @param rows the table's rows
/// @param bytes the heap that the index takes
/// @param isComplete whether the index has all rows but the latest ones, which it takes in together when they fill
///     a chunk
public record IndexStatus(IndexDefinition definition, long indexedRows, long rows, long bytes, boolean isComplete) {}
