package io.alluvium.testkit;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A sink that keeps what was committed apart from what was only sent, as a transaction does.
///
/// A test may look at it while a loader fills it.
public class RecordingSink implements ChangeSink {

    /// What a sink throws when it was told to fail.
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure() {
            super("the sink was told to fail");
        }
    }

    /// One record that was left out.
    public record Bad(String place, @Nullable String column, String reason, String raw) {}

    /// What was committed at one time: rows by key, and the position.
    public record Commit(Map<ByteBuffer, String> rows, Position position) {}

    private final Map<ByteBuffer, String> committed = new LinkedHashMap<>();
    private final List<Map.Entry<ByteBuffer, @Nullable String>> pending = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();
    private final List<Bad> bad = new ArrayList<>();
    private final List<long[]> progress = new ArrayList<>();
    private Position position = Position.START;
    private boolean keepsCommits;
    private int sent;
    private long callsLeft = Long.MAX_VALUE;

    /// Keeps each commit for [#commits()].
    public RecordingSink keepingCommits() {
        keepsCommits = true;
        return this;
    }

    /// Fails at the call of `send` or `commit` after this many more.
    public void failAfter(long calls) {
        callsLeft = calls;
    }

    @Override
    public synchronized void send(byte[] key, byte @Nullable [] value) {
        count();
        sent++;
        String text = value == null ? null : new String(value, StandardCharsets.UTF_8);
        pending.add(new AbstractMap.SimpleEntry<>(ByteBuffer.wrap(key), text));
    }

    @Override
    public synchronized void commit(Position reached) {
        count();
        for (Map.Entry<ByteBuffer, @Nullable String> change : pending) {
            String value = change.getValue();
            if (value == null) {
                committed.remove(change.getKey());
            } else {
                committed.put(change.getKey(), value);
            }
        }
        pending.clear();
        position = reached;
        if (keepsCommits) {
            commits.add(new Commit(new LinkedHashMap<>(committed), reached));
        }
    }

    @Override
    public synchronized void readAgain(String places) {
        bad.removeIf(one -> one.place().startsWith(places));
    }

    private void count() {
        if (callsLeft-- <= 0) {
            callsLeft = Long.MAX_VALUE;
            pending.clear();
            throw new Failure();
        }
    }

    @Override
    public synchronized void progress(long done, long total) {
        progress.add(new long[] {done, total});
    }

    @Override
    public synchronized void readBack(Receiver receiver) {
        committed.forEach((key, value) -> {
            byte[] bytes = new byte[key.remaining()];
            key.duplicate().get(bytes);
            receiver.accept(bytes, value.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Override
    public synchronized void bad(String place, @Nullable String column, String reason, byte[] raw) {
        bad.add(new Bad(place, column, reason, new String(raw, StandardCharsets.UTF_8)));
    }

    /// Forgets everything, as when a table is loaded anew.
    public synchronized void clear() {
        committed.clear();
        pending.clear();
        position = Position.START;
    }

    /// Lets go what was not committed, as after a crash.
    public synchronized void abort() {
        pending.clear();
    }

    public synchronized Position position() {
        return position;
    }

    public synchronized List<Commit> commits() {
        return List.copyOf(commits);
    }

    public synchronized List<Bad> bad() {
        return List.copyOf(bad);
    }

    /// How many rows and deletions were sent, committed or not.
    public synchronized int sent() {
        return sent;
    }

    public synchronized List<long[]> progress() {
        return List.copyOf(progress);
    }

    /// The committed rows by key.
    public synchronized Map<ByteBuffer, String> rows() {
        return new LinkedHashMap<>(committed);
    }

    /// The committed rows by keys that are text.
    public synchronized Map<String, String> rowsByText() {
        Map<String, String> rows = new LinkedHashMap<>();
        committed.forEach((key, value) ->
                rows.put(StandardCharsets.UTF_8.decode(key.duplicate()).toString(), value));
        return rows;
    }

    /// The committed values.
    public synchronized List<String> values() {
        return List.copyOf(committed.values());
    }
}
