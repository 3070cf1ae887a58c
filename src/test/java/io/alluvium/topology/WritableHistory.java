package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.KeyFormat;
import io.alluvium.format.ValueFormat;
import io.alluvium.source.Loader;
import io.alluvium.source.WritableSource;
import io.alluvium.source.file.FileFixture;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.topology.WrittenTopic.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A file, and the topic that goes on from there. The file holds a part of the first rows and is left as it is, as
/// a history is read once; the topic has the others, changes some of the file's rows and takes some away, and
/// everything that comes later.
final class WritableHistory implements WritableSource {

    private static final int COMMIT_ROWS = 100;
    private static final int PARTITIONS = 2;
    private static final int TRANSACTION_ROWS = 400;
    private static final Column NUMBER = Column.of("n", ColumnType.parse("BIGINT"));
    private static final Column WORD = Column.of("word", ColumnType.parse("VARCHAR"));

    private final KafkaCluster cluster;
    private final Path file;
    private final int ofTen;
    private final List<Outage> outages;
    private final WrittenTopic topic;
    private final Map<Long, String> history = new TreeMap<>();
    private Map<Long, String> whenDeleted = Map.of();
    private long next = 1;

    /// @param ofTen how many of ten of the first rows are in the file
    /// @param brokerOutage how the broker goes away
    WritableHistory(KafkaCluster cluster, Path folder, String name, int ofTen, Outage brokerOutage) {
        this.cluster = cluster;
        this.file = folder.resolve(name + ".jsonl");
        this.ofTen = ofTen;
        this.topic = WrittenTopic.inTransactions(cluster, name, PARTITIONS);
        this.outages = List.of(
                new Outage(
                        "the topic is deleted and made again",
                        Set.of(ErrorCode.TOPIC_MISSING),
                        true,
                        this::deleteTopic,
                        this::restoreTopic),
                brokerOutage);
        writeFile();
    }

    private synchronized void deleteTopic() {
        whenDeleted = folded();
        topic.delete();
    }

    /// With what the table has, in one record for each row.
    private synchronized void restoreTopic() {
        topic.make();
        write(Stream.concat(history.keySet().stream(), whenDeleted.keySet().stream())
                .distinct()
                .map(n -> change(n, whenDeleted.get(n)))
                .toList());
    }

    @Override
    public Loader open() {
        Loader first = FileFixture.over(file)
                .column("n", "BIGINT")
                .column("word", "VARCHAR")
                .primaryKey("n")
                .opened(COMMIT_ROWS);
        var keys = new KeyFormat.Text();
        var columns = new ArrayList<>(keys.columns());
        columns.addAll(List.of(NUMBER, WORD));
        var feed = new Feed(
                cluster.describe(topic.name()),
                new ValueFormat.Json(),
                keys,
                SystemColumns.NONE,
                new Schema(columns),
                false,
                0,
                List.of(Feed.KEY_COLUMN),
                "Kafka record key");
        return new HistoryLoader(
                first,
                feed,
                new TopicRows(feed, List.of(NUMBER), Schema.of(NUMBER)),
                new ThenFrom.Start(),
                cluster,
                COMMIT_ROWS);
    }

    private static String json(long n, String word) {
        return "{\"n\":" + n + ",\"word\":\"" + word + "\"}";
    }

    /// @param word null deletes
    private static Change change(long n, @Nullable String word) {
        return new Change(Long.toString(n), word == null ? null : json(n, word));
    }

    private static String word(long n) {
        return "w" + n + "x".repeat((int) (n % 29));
    }

    private void writeFile() {
        try {
            Files.writeString(
                    file,
                    history.entrySet().stream()
                            .map(row -> json(row.getKey(), row.getValue()) + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<Change> changes) {
        for (int from = 0; from < changes.size(); from += TRANSACTION_ROWS) {
            topic.write(changes.subList(from, Math.min(changes.size(), from + TRANSACTION_ROWS)));
        }
    }

    @Override
    public synchronized void insert(int count) {
        int ofHistory = history.isEmpty() && next == 1 ? Math.max(1, count * ofTen / 10) : 0;
        var changes = new ArrayList<Change>();
        for (long n : LongStream.range(next, next + count).toArray()) {
            if (n - next >= ofHistory) {
                changes.add(change(n, word(n)));
            } else {
                history.put(n, n % 3 == 0 ? "old" + n : word(n));
                if (n % 3 == 0) {
                    changes.add(change(n, word(n)));
                }
            }
        }
        next += count;
        if (ofHistory > 0) {
            // One that is only there until the topic is read.
            history.put(next, "gone");
            changes.add(change(next++, null));
            writeFile();
        }
        write(changes);
    }

    @Override
    public synchronized void change(Random random) {
        var changes = new ArrayList<Change>();
        List<Long> there = List.copyOf(folded().keySet());
        for (int i = random.nextInt(4); i >= 0; i--) {
            long n = there.isEmpty() || random.nextInt(3) == 0 ? next++ : there.get(random.nextInt(there.size()));
            changes.add(change(n, random.nextInt(4) == 0 ? null : "other" + next++));
        }
        if (random.nextInt(4) == 0) {
            topic.giveUp(changes);
        } else {
            topic.write(changes);
        }
    }

    /// The rows: the history's, and over them what the topic says of their keys.
    private Map<Long, String> folded() {
        Map<Long, String> rows = new TreeMap<>(history);
        topic.lastOfAll().forEach((key, value) -> {
            long n = Long.parseLong(key);
            if (value.isEmpty()) {
                rows.remove(n);
            } else {
                String json = value.get();
                rows.put(n, json.substring(json.lastIndexOf(':') + 2, json.length() - 2));
            }
        });
        return rows;
    }

    @Override
    public synchronized List<String> rows() {
        return folded().entrySet().stream()
                .map(row -> json(row.getKey(), row.getValue()))
                .sorted()
                .toList();
    }

    /// A poll gives no more than what it commits after.
    @Override
    public int mostPending() {
        return 2 * COMMIT_ROWS;
    }

    @Override
    public List<Upheaval> upheavals() {
        return List.of(
                upheaval("a topic with other records takes the name", () -> {
                    topic.delete();
                    topic.make();
                    insert(45);
                }),
                upheaval("a topic without records takes the name", () -> {
                    topic.delete();
                    topic.make();
                }),
                upheaval("another file and another topic take the names", () -> {
                    topic.delete();
                    history.clear();
                    for (int i = 0; i < 30; i++) {
                        long n = next++;
                        history.put(n, word(n));
                    }
                    writeFile();
                    topic.make();
                    insert(12);
                }),
                // Who has read what expires and who has not come to the same rows.
                upheaval("all that was before expires, and every row comes again or goes", () -> {
                    insert(20);
                    topic.expire();
                    write(touched()
                            .map(n -> change(n, n % 2 == 0 ? null : "again" + next++))
                            .toList());
                }),
                upheaval("every row goes back to what the file has, and the topic is emptied", () -> {
                    write(touched().map(n -> change(n, history.get(n))).toList());
                    topic.expire();
                }));
    }

    /// All rows that there have been.
    private Stream<Long> touched() {
        return Stream.concat(
                        history.keySet().stream(),
                        topic.lastOfAll().keySet().stream().map(Long::valueOf))
                .distinct();
    }

    private Upheaval upheaval(String name, Runnable action) {
        return new Upheaval(name, () -> {
            synchronized (this) {
                action.run();
            }
        });
    }

    @Override
    public List<Outage> outages() {
        return outages;
    }

    /// A record of a topic stays what it is.
    @Override
    public boolean looksAtBadRecordsAgain() {
        return false;
    }

    @Override
    public void spoil() {
        throw new UnsupportedOperationException("nothing of it can be mended");
    }

    @Override
    public void mend() {
        throw new UnsupportedOperationException("nothing of it can be mended");
    }

    @Override
    public void close() {
        topic.drop();
    }
}
