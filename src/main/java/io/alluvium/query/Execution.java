package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Parameters;
import io.alluvium.table.TableView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the operators of one running query share: its parameters, the tables as they were at its start, its
/// memory and its end. One thread runs it; [#cancel()] may come from any.
final class Execution {

    private final Parameters parameters;
    private final MemoryBudget memory;
    private final Duration timeout;
    private List<TableView> views = List.of();
    private long deadlineNanos;
    private volatile boolean canceled;
    private volatile @Nullable AlluviumException ended;

    Execution(Parameters parameters, QueryLimits limits) {
        this.parameters = parameters;
        this.memory = new MemoryBudget(limits.maxBytes());
        this.timeout = limits.statementTimeout();
        parameters.setTextMemory(memory);
    }

    /// Begins a run.
    ///
    /// @param tables the tables in the order of the plan
    void start(List<TableView> tables, long deadline) {
        views = tables;
        deadlineNanos = deadline;
        canceled = false;
        parameters.forgetTexts();
        memory.reset();
        parameters.setNow(Instant.now());
    }

    Parameters parameters() {
        return parameters;
    }

    MemoryBudget memory() {
        return memory;
    }

    boolean hasViews() {
        return !views.isEmpty();
    }

    TableView view(int table) {
        return views.get(table);
    }

    /// Lets go of the tables and texts, which would else stay in memory.
    void end() {
        parameters.forgetTexts();
        views = List.of();
    }

    void cancel() {
        canceled = true;
    }

    /// Ends the run with an error of its own, even one that is about to start. It is the last one.
    void end(AlluviumException why) {
        ended = why;
    }

    /// Why the run was ended by somebody else.
    @Nullable
    AlluviumException ended() {
        return ended;
    }

    /// Lets go of the tables. The operators must not be used any more.
    void forgetViews() {
        views = List.of();
    }

    boolean isCanceled() {
        return canceled;
    }

    /// Called at least once a batch.
    ///
    /// @throws AlluviumException QUERY_CANCELED, or another error, when the query shall not go on
    void check() {
        AlluviumException why = ended;
        if (why != null) {
            throw why;
        }
        if (canceled || Thread.currentThread().isInterrupted()) {
            throw new AlluviumException(ErrorCode.QUERY_CANCELED, "the query was canceled", null);
        }
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new AlluviumException(
                    ErrorCode.QUERY_CANCELED,
                    "the query ran longer than its statement timeout of " + timeout.toMillis() + " ms",
                    "ask for fewer rows, or add a condition on the key");
        }
    }
}
