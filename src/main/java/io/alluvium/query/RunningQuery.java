package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.table.TableDirectory.TableHandle;
import io.alluvium.table.TableView;
import io.alluvium.table.ViewHold;
import io.alluvium.table.ViewHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A query from its start to its end as the tables see it whose views it holds. Opened by the query's thread; ended
/// and closed by any.
final class RunningQuery implements ViewHolder, AutoCloseable {

    private final String sql;
    private final Execution execution;
    private final Set<RunningQuery> all;
    private final List<ViewHold> holds = new ArrayList<>();
    private boolean isClosed;
    private volatile @Nullable QueryCursor cursor;

    /// @param all those that run, which this one is among from its first hold to its end
    RunningQuery(String sql, Execution execution, Set<RunningQuery> all) {
        this.sql = sql;
        this.execution = execution;
        this.all = all;
    }

    TableView hold(TableHandle table) {
        ViewHold hold = table.hold(this);
        synchronized (holds) {
            holds.add(hold);
        }
        all.add(this);
        return hold.view();
    }

    void cursor(QueryCursor made) {
        cursor = made;
    }

    /// What its operators hold, as far as another thread sees it.
    long bytes() {
        return execution.memory().used();
    }

    @Override
    public String label() {
        return sql;
    }

    /// Does nothing to a query that is closed: what executed it may execute another by now.
    @Override
    public boolean end(AlluviumException why) {
        synchronized (holds) {
            if (isClosed) {
                return true;
            }
            execution.end(why);
        }
        QueryCursor made = cursor;
        if (made != null) {
            made.letGo();
        }
        return true;
    }

    @Override
    public void close() {
        all.remove(this);
        synchronized (holds) {
            isClosed = true;
            holds.forEach(ViewHold::close);
            holds.clear();
        }
    }
}
