package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import io.alluvium.source.kafka.KafkaCluster;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A file or a database that holds what was before, and the topic that goes on from there. The key makes what both
/// have harmless: the topic's row takes the place of the history's.
final class HistorySource implements ExternalSource {

    private final TableName table;
    private final ExternalSource first;
    private final Supplier<Feed> topic;
    private final EffectiveOptions options;
    private final boolean isDeclared;
    private final KafkaCluster cluster;
    private @Nullable Discovery history;
    private @Nullable Feed feed;

    /// @param topic looks at the topic
    /// @throws AlluviumException CONFIGURATION for options that have no meaning here
    HistorySource(
            TableName table,
            ExternalSource first,
            Supplier<Feed> topic,
            EffectiveOptions options,
            boolean isDeclared,
            KafkaCluster cluster) {
        this.table = table;
        this.first = first;
        this.topic = topic;
        this.options = options;
        this.isDeclared = isDeclared;
        this.cluster = cluster;
        for (String useless : List.of("file.watch", "auto.offset.reset")) {
            if (options.isGiven(useless)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        useless + " has no meaning with THEN: the history is read once, and then the topic",
                        "Take it out; \"then.from.timestamp\" says where the topic goes on.");
            }
        }
    }

    @Override
    public Discovery discover() {
        Discovery found = first.discover();
        Feed next = topic.get();
        for (String name : found.key()) {
            if (name.equals(Feed.KEY_COLUMN)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the rows of the history have no key that the topic's records have, too",
                        "Name it: CREATE TABLE " + table + " (…, PRIMARY KEY (column)), or \"key\" = 'column'.");
            }
            check(name, found.schema(), next.schema());
        }
        history = found;
        feed = next;
        Schema columns = found.schema();
        if (!isDeclared) {
            for (Column column : values(next).columns()) {
                columns = KnownColumns.with(columns, column);
            }
        }
        return new Discovery(columns, found.key(), found.keyRule());
    }

    /// The columns of the topic's values.
    private static Schema values(Feed feed) {
        List<Column> all = feed.schema().columns();
        return new Schema(all.subList(feed.columnsBesideValue(), all.size()));
    }

    private static void check(String name, Schema before, Schema topic) {
        int at = topic.indexOf(name);
        Column known = before.column(before.indexOf(name));
        if (at < 0 || !topic.column(at).type().equals(known.type())) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the key column " + name + " is " + known.type() + " in the history, and "
                            + (at < 0 ? "not there" : topic.column(at).type()) + " in the topic",
                    "Declare the columns: CREATE TABLE name (" + name + " " + known.type() + ", …, PRIMARY KEY (" + name
                            + ")) AS SELECT …");
        }
    }

    @Override
    public Loader open(Discovery discovery, String inputTopic) {
        Discovery before = Objects.requireNonNull(history, "open comes after discover");
        Feed next = Objects.requireNonNull(feed, "open comes after discover");
        Schema columns = new Schema(discovery.schema().columns().stream()
                .filter(column -> before.schema().indexOf(column.name()) >= 0)
                .toList());
        List<Column> key = discovery.key().stream()
                .map(name -> discovery.schema().column(discovery.schema().indexOf(name)))
                .toList();
        boolean strict = isDeclared && options.text("on.cast.error").equals("error");
        return new HistoryLoader(
                first.open(new Discovery(columns, discovery.key(), discovery.keyRule()), inputTopic),
                next,
                new TopicRows(next, key, strict ? values(next) : new Schema(key)),
                ThenFrom.of(options, next.topic()),
                cluster);
    }

    @Override
    public void forget(String inputTopic) throws InterruptedException {
        first.forget(inputTopic);
    }
}
