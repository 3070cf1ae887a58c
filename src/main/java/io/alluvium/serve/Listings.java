package io.alluvium.serve;

import static io.alluvium.serve.ListedRows.text;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableService;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.catalog.TableStatus.Lag;
import io.alluvium.catalog.TableStatus.Note;
import io.alluvium.catalog.TableStatus.Phase;
import io.alluvium.catalog.TableStatus.Progress;
import io.alluvium.catalog.TableStatus.Retry;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Setting;
import io.alluvium.query.ResultCursor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of `SHOW …` and `DESCRIBE`.
final class Listings {

    private Listings() {}

    /// One row a table, in name order.
    static ResultCursor tables(List<TableStatus> tables) {
        var rows = new ListedRows(
                text("name"),
                text("state"),
                bigint("rows"),
                bigint("bytes"),
                text("phase"),
                bigint("total"),
                Column.of("percent", ColumnType.DOUBLE),
                Column.of("rows_per_second", ColumnType.DOUBLE),
                Column.of("seconds_left", ColumnType.DOUBLE),
                bigint("lag_records"),
                bigint("lag_ms"),
                bigint("bad_records"),
                text("source"),
                text("category"),
                bigint("attempts"),
                Column.of("next_attempt_at", ColumnType.TIMESTAMPTZ),
                text("message"),
                text("hint"),
                Column.of("started_at", ColumnType.TIMESTAMPTZ),
                Column.of("finished_at", ColumnType.TIMESTAMPTZ),
                Column.of("last_change_at", ColumnType.TIMESTAMPTZ));
        for (TableStatus table : tables) {
            Optional<Progress> progress = table.progress();
            Optional<Progress> bulk = progress.filter(p -> p.phase() == Phase.BULK);
            Optional<Retry> retry = table.retry();
            rows.add(
                    table.name().value(),
                    table.state().name(),
                    table.rows(),
                    table.bytes(),
                    orNull(progress.map(p -> p.phase().name())),
                    orNull(progress.map(Progress::total).filter(total -> total >= 0)),
                    orNull(bulk.filter(p -> p.total() >= 0).map(Progress::percent)),
                    orNull(progress.map(Progress::rowsPerSecond).filter(Double::isFinite)),
                    orNull(bulk.map(Progress::secondsLeft).filter(s -> Double.isFinite(s) && s >= 0)),
                    orNull(table.lag().map(Lag::records)),
                    orNull(table.lag().map(Lag::millis)),
                    table.badRecords(),
                    sources(table),
                    orNull(retry.map(r -> r.category().name())),
                    orNull(retry.map(r -> (long) r.attempts())),
                    orNull(retry.flatMap(Retry::nextAttemptAt).map(Listings::micros)),
                    orNull(retry.map(Retry::message)
                            .or(() -> table.note().map(Note::message))
                            .map(Secrets::masked)),
                    orNull(retry.map(Retry::hint)
                            .or(() -> table.note().map(Note::hint))
                            .map(Secrets::masked)),
                    orNull(table.times().startedAt().map(Listings::micros)),
                    orNull(table.times().finishedAt().map(Listings::micros)),
                    orNull(table.times().lastChangeAt().map(Listings::micros)));
        }
        return rows;
    }

    /// One row for each source of each table.
    static ResultCursor sources(List<TableStatus> tables) {
        var rows = new ListedRows(text("kind"), text("source"), text("table"), text("state"));
        for (TableStatus table : tables) {
            for (SourceDefinition source : parts(table)) {
                rows.add(
                        source.kind(),
                        Secrets.masked(source.describe()),
                        table.name().value(),
                        table.state().name());
            }
        }
        return rows;
    }

    private static List<SourceDefinition> parts(TableStatus table) {
        return table.definition().sources().stream()
                .flatMap(source -> source.parts().stream())
                .toList();
    }

    /// One row an index, in the order of the tables and, within one, in which they were made.
    static ResultCursor indexes(List<TableStatus> tables) {
        var rows = new ListedRows(
                text("name"),
                text("table"),
                text("columns"),
                text("kind"),
                text("state"),
                bigint("rows"),
                bigint("bytes"),
                text("origin"));
        for (TableStatus table : tables) {
            for (TableStatus.Index index : table.indexes()) {
                rows.add(
                        index.index().name(),
                        table.name().value(),
                        String.join(", ", index.index().columns()),
                        index.index().kind().text(),
                        index.state().name(),
                        index.rows(),
                        index.bytes(),
                        index.isOfDefinition() ? "WITH" : "CREATE INDEX");
            }
        }
        return rows;
    }

    static ResultCursor topics(TableService service) {
        var rows = new ListedRows(text("topic"), text("tables"));
        List<TableStatus> tables = service.tables();
        for (String topic : service.topics()) {
            List<String> readers = tables.stream()
                    .filter(table -> parts(table).contains(new SourceDefinition.KafkaTopic(topic)))
                    .map(table -> table.name().value())
                    .toList();
            rows.add(topic, readers.isEmpty() ? null : String.join(", ", readers));
        }
        return rows;
    }

    static ResultCursor settings(List<Setting> settings) {
        var rows = new ListedRows(text("key"), text("value"), text("origin"));
        settings.forEach(s -> rows.add(s.key(), s.value(), s.origin().text()));
        return rows;
    }

    static ResultCursor functions(List<FunctionEntry> functions) {
        var rows = new ListedRows(text("name"), text("kind"), text("signature"));
        functions.forEach(f -> rows.add(f.name(), f.kind(), f.signature()));
        return rows;
    }

    /// First the columns (`key` counts the parts of the key from 1), then the key's rule, the indexes, the state,
    /// the sources, the options in force and the definition; `item` says which of them a row is.
    static ResultCursor describe(TableStatus table) {
        var rows = new ListedRows(
                text("item"),
                text("name"),
                text("type"),
                Column.of("nullable", ColumnType.BOOLEAN),
                Column.of("key", ColumnType.INTEGER),
                text("value"),
                text("origin"));
        List<String> key = table.key().columns();
        for (Column column : table.schema().columns()) {
            int place = key.indexOf(column.name());
            rows.add(
                    "column",
                    column.name(),
                    column.type().sql(),
                    column.nullable(),
                    place < 0 ? null : (Integer) (place + 1),
                    null,
                    null);
        }
        rows.add("key", String.join(", ", key), null, null, null, table.key().rule(), null);
        for (TableStatus.Index index : table.indexes()) {
            rows.add(
                    "index",
                    index.index().name(),
                    index.index().kind().text(),
                    null,
                    null,
                    String.join(", ", index.index().columns()) + ": " + index.state(),
                    index.isOfDefinition() ? "WITH" : "CREATE INDEX");
        }
        rows.add("state", table.state().name(), null, null, null, stateText(table), null);
        for (SourceDefinition source : parts(table)) {
            rows.add("source", source.kind(), null, null, null, Secrets.masked(source.describe()), null);
        }
        table.options().forEach(o -> rows.add("option", o.name(), null, null, null, o.value(), o.origin()));
        rows.add(
                "definition",
                null,
                null,
                null,
                null,
                Secrets.masked(table.definition().sql()),
                null);
        return rows;
    }

    private static @Nullable String stateText(TableStatus table) {
        if (table.retry().isPresent()) {
            return Secrets.masked(table.retry().get().message());
        }
        return table.state() == TableState.LIVE ? table.rows() + " rows" : null;
    }

    private static String sources(TableStatus table) {
        return String.join(
                ", ",
                table.definition().sources().stream()
                        .map(s -> Secrets.masked(s.describe()))
                        .toList());
    }

    private static Column bigint(String name) {
        return Column.of(name, ColumnType.BIGINT);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
