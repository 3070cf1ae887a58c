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
import java.util.concurrent.locks.ReentrantLock;
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

    private final Schema schema;
    private final Execution execution;
    private final RunningQuery query;
    private final Consumer<Outcome> ended;
    /// Held by the thread that runs the operators.
    private final ReentrantLock running = new ReentrantLock();
    /// Null when the query was ended while it did not run.
    private volatile @Nullable OperatorTree tree;

    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private @Nullable RowBatch dense;

    /// @param query closed when the query ends
    /// @param ended told once how the query ended
    QueryCursor(OperatorTree tree, RunningQuery query, Consumer<Outcome> ended) {
        this.schema = tree.plan().schema();
        this.execution = tree.execution();
        this.tree = tree;
        this.query = query;
        this.ended = ended;
        query.cursor(this);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public @Nullable RowBatch next() {
        running.lock();
        try {
            OperatorTree operators = tree;
            return operators == null || hasEnded.get() ? afterEnd() : next(operators);
        } finally {
            running.unlock();
        }
    }

    private @Nullable RowBatch next(OperatorTree operators) {
        try {
            RowBatch batch = operators.root().next();
            if (batch != null) {
                return dense(batch, operators.root().selection());
            }
            operators.close();
            if (end(Outcome.OK) && execution.ended() == null) {
                operators.plan().giveBack(operators);
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
        AlluviumException why = execution.ended();
        if (why != null) {
            throw why;
        }
        if (execution.isCanceled()) {
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
            execution.cancel();
        }
    }

    /// Lets go of the operators and the views of a query that was told to end, unless it runs at this moment: then
    /// it finds out by itself. What was given out before stays as it is.
    void letGo() {
        if (!running.tryLock()) {
            return;
        }
        try {
            if (end(Outcome.ERROR)) {
                tree = null;
                execution.forgetViews();
            }
        } finally {
            running.unlock();
        }
    }

    private boolean end(Outcome outcome) {
        if (!hasEnded.compareAndSet(false, true)) {
            return false;
        }
        query.close();
        ended.accept(outcome);
        return true;
    }
}
