package io.alluvium.table;

/// An index of a table: what it is over.
final class SecondaryIndex {

    final IndexDefinition definition;
    /// The places in the schema of the columns that it is over.
    final int[] columns;

    SecondaryIndex(IndexDefinition definition, int[] columns) {
        this.definition = definition;
        this.columns = columns;
    }
}
