package io.alluvium.source.jdbc;

import io.alluvium.data.Column;

/// One column of what is read.
///
/// @param column name and type in the table
/// @param select the item of the SELECT list: the name in quotes, or an expression over it
/// @param writer how its values become JSON
record JdbcColumn(Column column, String select, ValueWriter writer) {}
