package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Selection;
import io.alluvium.sql.StatementSize;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rows of a running query. [#next()] belongs to one thread; [#close()] may come from another and cancels
/// the query.
final class QueryCursor implements ResultCursor {

    /// How a query ended, as the metrics say it.
    enum Outcome {
        OK,
        ERROR,
        CANCELED
    }

    private final OperatorTree tree;
    private final Consumer<Outcome> ended;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private @Nullable RowBatch dense;

    /// @param ended told once how the query ended
    QueryCursor(OperatorTree tree, Consumer<Outcome> ended) {
        this.tree = tree;
        this.ended = ended;
    }

    @Override
    public Schema schema() {
        return tree.plan().schema();
    }

    @Override
    public @Nullable RowBatch next() {
        if (hasEnded.get()) {
            return afterEnd();
        }
        try {
            RowBatch batch = tree.root().next();
            if (batch != null) {
                return dense(batch, tree.root().selection());
            }
            tree.close();
            if (end(Outcome.OK)) {
                tree.plan().giveBack(tree);
            }
            return null;
        } catch (AlluviumException e) {
            end(e.code() == ErrorCode.QUERY_CANCELED ? Outcome.CANCELED : Outcome.ERROR);
            throw e;
        } catch (OutOfMemoryError e) {
            end(Outcome.ERROR);
            throw outOfMemory(e);
        } catch (StackOverflowError e) {
            end(Outcome.ERROR);
            throw StatementSize.nestedTooDeeply(e);
        } catch (RuntimeException e) {
            end(Outcome.ERROR);
            throw new AlluviumException(
                    ErrorCode.INTERNAL, "the query failed: " + e, "this is a fault of Alluvium; please report it", e);
        }
    }

    /// What one query wanted and the heap did not have; what it held is free again.
    static AlluviumException outOfMemory(OutOfMemoryError e) {
        return new AlluviumException(
                ErrorCode.MEMORY_LIMIT,
                "the query needs more memory than the service has left",
                "ask for fewer or shorter values, or give the service a larger heap: ALLUVIUM_HEAP",
                e);
    }

    private @Nullable RowBatch afterEnd() {
        if (tree.execution().isCanceled()) {
            throw new AlluviumException(ErrorCode.QUERY_CANCELED, "the query was canceled", null);
        }
        return null;
    }

    private RowBatch dense(RowBatch batch, Selection rows) {
        int size = rows.size();
        if (size == batch.size()) {
            return batch;
        }
        RowBatch target = dense;
        if (target == null) {
            List<Vector> vectors = new ArrayList<>();
            batch.columns().forEach(c -> vectors.add(new Vector(c.type(), size)));
            target = new RowBatch(vectors, 0);
            dense = target;
        }
        for (int c = 0; c < batch.columns().size(); c++) {
            Vector out = target.column(c);
            out.ensureCapacity(size);
            RowBuffer.copy(batch.column(c), rows, out, 0);
        }
        target.setSize(size);
        return target;
    }

    @Override
    public void close() {
        if (end(Outcome.CANCELED)) {
            tree.execution().cancel();
        }
    }

    private boolean end(Outcome outcome) {
        if (!hasEnded.compareAndSet(false, true)) {
            return false;
        }
        ended.accept(outcome);
        return true;
    }
}
