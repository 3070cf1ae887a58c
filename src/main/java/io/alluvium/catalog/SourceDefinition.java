package io.alluvium.catalog;

import io.alluvium.data.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Where the rows of a table come from.
public sealed interface SourceDefinition {

    /// A Kafka topic, read in place: `kafka_topic('t')`, `kafka://t`.
    record KafkaTopic(String topic) implements SourceDefinition {}

    /// A source whose rows a loader brings into Kafka.
    sealed interface External extends SourceDefinition {}

    /// An external source that stands alone.
    sealed interface Single extends External {}

    /// What was before, and the topic that goes on from there: `file:///history/*.parquet THEN kafka_topic('t')`.
    record History(Single first, KafkaTopic then) implements External {}

    /// One file or the files that match a glob: `file:///data/prices-*.csv`. `pattern` is the path as it was
    /// written, absolute or relative to the service's working directory, without scheme and without `?options`.
    record Files(String pattern) implements Single {}

    /// A table or a query of a database: `jdbc('postgresql://db/shop', 'public.customers')`.
    ///
    /// @param url as it was written, with or without `jdbc:` before it; may hold a password
    /// @param relation the name of a table, or a query
    record Jdbc(String url, String relation) implements Single {

        private static final Pattern USER = Pattern.compile("(//|(?i:^jdbc:oracle:\\w+:|^oracle:\\w+:))[^?;]*@");
        private static final int LONGEST_SHOWN = 60;

        /// The URL without user, password and other properties.
        public String shownUrl() {
            int properties = url.length();
            for (int i = 0; i < url.length(); i++) {
                if (url.charAt(i) == '?' || url.charAt(i) == ';') {
                    properties = i;
                    break;
                }
            }
            return USER.matcher(url.substring(0, properties)).replaceFirst("$1");
        }

        String shownRelation() {
            String line = relation.strip().replaceAll("\\s+", " ");
            return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
        }

        @Override
        public String toString() {
            return describe();
        }
    }

    /// A table of this service. A bare name becomes one when a table has that name, otherwise a [KafkaTopic].
    record OtherTable(TableName table) implements SourceDefinition {}

    /// The word for it in the API and in logs.
    default String kind() {
        return switch (this) {
            case KafkaTopic t -> "kafka";
            case Files f -> "file";
            case Jdbc j -> "jdbc";
            case OtherTable t -> "table";
            case History h -> "history";
        };
    }

    /// Its name alone: the topic's, the path, the table's; a database's URL without secrets and what is read there.
    default String name() {
        return switch (this) {
            case KafkaTopic t -> t.topic();
            case Files f -> f.pattern();
            case Jdbc j -> j.shownUrl() + " " + j.shownRelation();
            case OtherTable t -> t.table().value();
            case History h -> h.first().name() + " THEN " + h.then().name();
        };
    }

    /// What it is called in messages: `topic orders`, `file /data/a.csv`.
    default String describe() {
        return switch (this) {
            case KafkaTopic t -> "topic " + t.topic();
            case Files f -> "file " + f.pattern();
            case Jdbc j -> "database " + j.name();
            case OtherTable t -> "table " + t.table();
            case History h -> h.first().describe() + " then " + h.then().describe();
        };
    }

    /// The prefix of the options that this kind of source has, such as `topic` in `topic.wait.timeout`.
    default String optionPrefix() {
        return switch (this) {
            case KafkaTopic t -> "topic";
            case Files f -> "file";
            case Jdbc j -> "jdbc";
            case OtherTable t -> kind().toLowerCase(Locale.ROOT);
            case History h -> h.first().optionPrefix();
        };
    }

    /// The sources that this one is made of; itself alone for most.
    default List<SourceDefinition> parts() {
        return this instanceof History(Single first, KafkaTopic then) ? List.of(first, then) : List.of(this);
    }

    /// The kinds of source whose options it has.
    default Set<String> optionKinds() {
        return this instanceof History(Single first, KafkaTopic then)
                ? Set.of(first.kind(), then.kind(), kind())
                : Set.of(kind());
    }
}
