package io.alluvium.sql;

import java.util.Objects;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Copies a query's tree, because the validator changes the tree that it is given.
final class TreeCopy extends SqlShuttle {

    private TreeCopy() {}

    static SqlNode of(SqlNode query) {
        return Objects.requireNonNull(query.accept(new TreeCopy()));
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        var copier = new CallCopyingArgHandler(call, true);
        call.getOperator().acceptCall(this, call, false, copier);
        return copier.result();
    }

    @Override
    public SqlNode visit(SqlNodeList list) {
        var copy = new SqlNodeList(list.getParserPosition());
        for (SqlNode node : list) {
            copy.add(node == null ? null : node.accept(this));
        }
        return copy;
    }

    @Override
    public SqlNode visit(SqlIdentifier identifier) {
        return identifier.isStar() ? identifier : identifier.clone(identifier.getParserPosition());
    }
}
