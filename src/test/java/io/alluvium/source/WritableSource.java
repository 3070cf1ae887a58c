package io.alluvium.source;

import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// A source that a test writes to, and the loader over it that is tested. It has rows of a number `n` and a text
/// `word`. One thread writes at a time; loaders read on others meanwhile.
public interface WritableSource extends AutoCloseable {

    /// A loader as after a restart, which commits often. The former one is closed.
    Loader open();

    /// Adds so many new rows.
    void insert(int count);

    /// Adds, changes or deletes a few rows, in a way that is allowed while a loader reads.
    void change(Random random);

    /// What it holds, read without the loader: the objects that loaders send, sorted as texts.
    List<String> rows();

    /// How many rows and deletions a loader may send between two commits while rows are only added.
    int mostPending();

    /// What happens to all rows at once. Each leaves other rows than there were.
    List<Upheaval> upheavals();

    /// How it fails while it is read.
    List<Outage> outages();

    /// Whether a record that is not bad any more is forgotten as such.
    boolean looksAtBadRecordsAgain();

    /// Adds a record that cannot be a row.
    void spoil();

    /// Makes a row of the record that [#spoil()] has added.
    void mend();

    @Override
    void close();

    /// Something that happens to all rows.
    record Upheaval(String name, Runnable action) {}

    /// A failure.
    ///
    /// @param codes what loaders may fail with meanwhile
    /// @param isSeen whether a loader that reads or follows is bound to fail
    /// @param begin called by the loader's thread, in the middle of what it sends
    record Outage(String name, Set<ErrorCode> codes, boolean isSeen, Runnable begin, Runnable end) {}
}
