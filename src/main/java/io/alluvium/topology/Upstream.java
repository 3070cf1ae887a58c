package io.alluvium.topology;

import io.alluvium.sql.Statement.CreateTable;
import java.util.List;

/// What a table reads: a feed, and the selections that lie between the feed's records and the table's rows. A table
/// over a plain selection reads that table's feed through both selections; one over an aggregation, or over a
/// source, has a feed without any.
record Upstream(Feed feed, List<CreateTable> selections) {
    Upstream {
        selections = List.copyOf(selections);
    }
}
