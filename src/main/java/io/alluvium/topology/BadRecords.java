package io.alluvium.topology;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What becomes of the records of one filling of a table that cannot become rows: they are counted, or fail the
/// table, and are set aside as dead letters unless the table's options say `skip`. Safe from any thread.
final class BadRecords {

    private final BadRecordCount count;
    private final @Nullable DeadLetters letters;

    /// @param letters null when such records are counted alone
    BadRecords(BadRecordCount count, @Nullable DeadLetters letters) {
        this.count = count;
        this.letters = letters;
    }

    /// @throws io.alluvium.fault.AlluviumException DATA when one such record fails the table
    void add(BadRecord bad) {
        if (letters == null || letters.add(bad)) {
            count.add(bad);
        }
    }

    /// Returns when those that were added are as safe as what is about to be committed.
    void flush() {
        if (letters != null) {
            letters.flush();
        }
    }

    /// The records whose places begin with `places` come again from their start.
    void comeAgain(String places) {
        if (letters != null) {
            letters.comeAgain(places);
        }
    }

    /// Lets go of what is beyond the bounds by now.
    void expire() {
        if (letters != null) {
            letters.expire();
        }
    }

    /// What came again has been added again.
    void loaded() {
        if (letters != null) {
            letters.loaded();
        }
    }

    Optional<DeadLetters> letters() {
        return Optional.ofNullable(letters);
    }
}
