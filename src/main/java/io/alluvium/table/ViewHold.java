package io.alluvium.table;

import java.time.Duration;
import java.util.function.Consumer;

/// A view that somebody holds for longer than a look-up, known to its table until it is closed. Safe from any
/// thread.
public final class ViewHold implements AutoCloseable {

    private final TableDirectory.TableHandle table;
    private final TableView view;
    private final ViewHolder holder;
    private final Consumer<ViewHold> onClose;
    private final long sinceNanos = System.nanoTime();

    ViewHold(TableDirectory.TableHandle table, TableView view, ViewHolder holder, Consumer<ViewHold> onClose) {
        this.table = table;
        this.view = view;
        this.holder = holder;
        this.onClose = onClose;
    }

    /// The table, which is not collected as long as the hold can be reached.
    public TableDirectory.TableHandle table() {
        return table;
    }

    public TableView view() {
        return view;
    }

    public ViewHolder holder() {
        return holder;
    }

    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /// The view may still be read by whoever has it, but is not accounted for any more. Closing it again does
    /// nothing.
    @Override
    public void close() {
        onClose.accept(this);
    }
}
