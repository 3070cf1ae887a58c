package io.alluvium.topology;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The table `<name>__errors` that belongs to each table: its dead letters.
final class ErrorTable {

    private static final String SUFFIX = "__errors";

    static final String AT = "at";
    static final String CATEGORY = "category";
    static final String COLUMN_NAME = "column_name";
    static final String REASON = "reason";
    static final String RAW_KEY = "raw_key";
    static final String RAW = "raw";

    static final Schema SCHEMA = Schema.of(
            new Column("place", ColumnType.VARCHAR, false),
            new Column(AT, ColumnType.TIMESTAMPTZ, false),
            new Column(CATEGORY, ColumnType.VARCHAR, false),
            Column.of(COLUMN_NAME, ColumnType.VARCHAR),
            new Column(REASON, ColumnType.VARCHAR, false),
            Column.of(RAW_KEY, ColumnType.BYTEA),
            Column.of(RAW, ColumnType.BYTEA));

    private ErrorTable() {}

    static TableName of(TableName owner) {
        return new TableName(owner.value() + SUFFIX);
    }

    /// The table whose errors a name means; empty when it is not such a name.
    static Optional<TableName> owner(TableName name) {
        return name.value().endsWith(SUFFIX) && name.value().length() > SUFFIX.length()
                ? Optional.of(
                        new TableName(name.value().substring(0, name.value().length() - SUFFIX.length())))
                : Optional.empty();
    }

    /// One of a table that has no dead letters.
    static TableStorage empty(TableName owner) {
        return new TableStore(of(owner), SCHEMA, new int[] {0});
    }

    static void refuseName(TableName name) {
        owner(name).ifPresent(owner -> {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION,
                    "the name " + name + " is kept for the errors of a table " + owner,
                    "Choose a name that does not end with " + SUFFIX + ".");
        });
    }

    /// The status of the errors of a table.
    static TableStatus status(TableDefinition owner, TableStorage letters) {
        TableName name = of(owner.name());
        var definition = new TableDefinition(
                name,
                SCHEMA.columns(),
                List.of("place"),
                List.of(new SourceDefinition.OtherTable(owner.name())),
                Map.of(),
                false,
                "",
                owner.origin());
        return new TableStatus(
                name,
                TableState.LIVE,
                new TableStatus.Key(List.of("place"), "the place of the bad record"),
                SCHEMA,
                definition,
                letters.rows(),
                letters.bytes(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                TableStatus.Times.NONE,
                0,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(new TableStatus.Note(
                        "the records that could not become rows of " + owner.name(),
                        "REPLAY ERRORS FOR TABLE " + owner.name() + " tries them again.")),
                Optional.empty(),
                Optional.empty());
    }
}
