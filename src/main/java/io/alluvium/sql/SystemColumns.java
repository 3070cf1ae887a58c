package io.alluvium.sql;

import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/// What a Kafka record has beside its key and value, under the names that it would have as columns. Kafka Streams
/// restores a store from keys and values alone, so they are refused.
final class SystemColumns {

    private static final Set<String> NAMES = Set.of("_partition", "_offset", "_timestamp", "_headers");

    private SystemColumns() {}

    /// @param source the columns of the topic, which may have one of the names itself
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED when a definition over a topic names one
    static void refuse(SqlNode query, Schema source) {
        query.accept(new SqlBasicVisitor<@Nullable Void>() {
            @Override
            public @Nullable Void visit(SqlIdentifier id) {
                String name = id.names.getLast();
                if (NAMES.contains(name) && source.indexOf(name) < 0) {
                    throw new AlluviumException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "the column " + name + " of a topic's records is not available in this version",
                            "Of a record's own there is the key, in _key. Let the producer put what is needed into the"
                                    + " value.");
                }
                return null;
            }
        });
    }
}
