package io.alluvium.catalog;

import io.alluvium.data.TableName;
import java.util.Locale;

/// Where the rows of a table come from.
public sealed interface SourceDefinition {

    /// A Kafka topic, read in place: `kafka_topic('t')`, `kafka://t`.
    record KafkaTopic(String topic) implements SourceDefinition {}

    /// One file or the files that match a glob: `file:///data/prices-*.csv`. `pattern` is the path as it was
    /// written, absolute or relative to the service's working directory, without scheme and without `?options`.
    record Files(String pattern) implements SourceDefinition {}

    /// A table of this service. A bare name becomes one when a table has that name, otherwise a [KafkaTopic].
    record OtherTable(TableName table) implements SourceDefinition {}

    /// The word for it in the API and in logs.
    default String kind() {
        return switch (this) {
            case KafkaTopic t -> "kafka";
            case Files f -> "file";
            case OtherTable t -> "table";
        };
    }

    /// Its name alone: the topic's, the path, the table's.
    default String name() {
        return switch (this) {
            case KafkaTopic t -> t.topic();
            case Files f -> f.pattern();
            case OtherTable t -> t.table().value();
        };
    }

    /// What it is called in messages: `topic orders`, `file /data/a.csv`.
    default String describe() {
        return switch (this) {
            case KafkaTopic t -> "topic " + t.topic();
            case Files f -> "file " + f.pattern();
            case OtherTable t -> "table " + t.table();
        };
    }

    /// The prefix of the options that this kind of source has, such as `topic` in `topic.wait.timeout`.
    default String optionPrefix() {
        return switch (this) {
            case KafkaTopic t -> "topic";
            case Files f -> "file";
            case OtherTable t -> kind().toLowerCase(Locale.ROOT);
        };
    }
}
