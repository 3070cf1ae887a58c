package io.alluvium.table;

import io.alluvium.fault.AlluviumException;

/// Who holds a view of a table. Asked from any thread.
public interface ViewHolder {

    /// The statement, or what else needs the view.
    String label();

    /// Asks it to let go of its views soon and to fail with `why`.
    ///
    /// @return false when it cannot be ended
    boolean end(AlluviumException why);

    /// One that has a short end of its own.
    static ViewHolder named(String label) {
        return new ViewHolder() {
            @Override
            public String label() {
                return label;
            }

            @Override
            public boolean end(AlluviumException why) {
                return false;
            }
        };
    }
}
