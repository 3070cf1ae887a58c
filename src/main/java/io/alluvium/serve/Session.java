package io.alluvium.serve;

import io.alluvium.catalog.TableDefinition.Origin;
import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableService;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Setting;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.query.ResultCursor;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementSize;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs any SQL statement, for every protocol in the same way. Immutable and safe from any thread;
/// statements block the thread that runs them. Errors are [AlluviumException]s with their place in the
/// text.
public final class Session {

    private final Function<String, Statement> parser;
    private final Queries queries;
    private final TableService tables;
    private final Supplier<List<Setting>> settings;
    private final Supplier<List<FunctionEntry>> functions;

    /// @param parser reads one statement
    /// @param settings the settings in force, secrets masked, for `SHOW CONFIG`
    /// @param functions what SQL may call, for `SHOW FUNCTIONS`
    public Session(
            Function<String, Statement> parser,
            Queries queries,
            TableService tables,
            Supplier<List<Setting>> settings,
            Supplier<List<FunctionEntry>> functions) {
        this.parser = parser;
        this.queries = queries;
        this.tables = tables;
        this.settings = settings;
        this.functions = functions;
    }

    /// @throws AlluviumException SYNTAX and others, STATEMENT_TOO_COMPLEX when it is too long
    public Statement parse(String sql) {
        StatementSize.checkText(sql);
        return parser.apply(sql);
    }

    public Answer execute(String sql, List<@Nullable Object> params) {
        return execute(parse(sql), params);
    }

    /// @param params the values of `?` and `$1`, in order: null, Boolean, Long, BigDecimal or String
    public Answer execute(Statement statement, List<@Nullable Object> params) {
        if (!params.isEmpty() && !takesParameters(statement)) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    params.size() + " parameters were given to a statement that takes none",
                    "Only queries take parameters; leave them out");
        }
        return switch (statement) {
            case Statement.Query query -> new Answer.Rows(queries.execute(query, params));
            case Statement.Explain explain -> new Answer.Rows(queries.explain(explain, params));
            case Statement.Show show -> new Answer.Rows(show(show.what()));
            case Statement.Describe describe -> new Answer.Rows(Listings.describe(status(describe.name())));
            case Statement.CreateTable create -> create(create);
            case Statement.DropTable drop -> drop(drop);
            case Statement.CreateIndex create -> createIndex(create);
            case Statement.DropIndex drop -> dropIndex(drop);
            case Statement.ShowIndexes show -> new Answer.Rows(Listings.indexes(tables(show.table())));
            case Statement.RefreshTable refresh -> refresh(refresh.name());
            case Statement.ReplayErrors replay -> replay(replay.name());
            case Statement.PauseTable pause -> pause(pause.name());
            case Statement.ResumeTable resume -> resume(resume.name());
        };
    }

    private static boolean takesParameters(Statement statement) {
        return statement instanceof Statement.Query || statement instanceof Statement.Explain;
    }

    private ResultCursor show(Statement.Shown what) {
        return switch (what) {
            case TABLES -> Listings.tables(tables.tables());
            case SOURCES -> Listings.sources(tables.tables());
            case CONFIG -> Listings.settings(settings.get());
            case FUNCTIONS -> Listings.functions(functions.get());
            case TOPICS -> Listings.topics(tables);
        };
    }

    private Answer create(Statement.CreateTable create) {
        TableName name = create.definition().name();
        String command = "CREATE TABLE";
        try {
            tables.create(create.definition(), create.orReplace());
        } catch (AlluviumException e) {
            if (create.ifNotExists() && e.code() == ErrorCode.DUPLICATE_TABLE) {
                return new Answer.Done(command, "table " + name + " exists already and was left as it is");
            }
            throw e;
        }
        return new Answer.Done(command, "table " + name + " was taken up; SHOW TABLES tells its state");
    }

    private Answer drop(Statement.DropTable drop) {
        String command = "DROP TABLE";
        Optional<Origin> origin =
                tables.table(drop.name()).map(t -> t.definition().origin());
        try {
            tables.drop(drop.name(), drop.cascade());
        } catch (AlluviumException e) {
            if (drop.ifExists() && e.code() == ErrorCode.UNDEFINED_TABLE) {
                return new Answer.Done(command, "there is no table " + drop.name() + ": nothing was dropped");
            }
            throw e;
        }
        String back = origin.filter(Origin::isFile)
                .map(o -> "; " + o.file() + ":" + o.line() + " makes it again at the next start")
                .orElse("");
        return new Answer.Done(command, "table " + drop.name() + " was dropped" + back);
    }

    private Answer createIndex(Statement.CreateIndex create) {
        String command = "CREATE INDEX";
        try {
            TableIndex made = tables.createIndex(create.name(), create.table(), create.columns(), create.kind());
            return new Answer.Done(
                    command, "index " + made.name() + " is being built; SHOW INDEXES tells how far it is");
        } catch (AlluviumException e) {
            if (create.ifNotExists() && e.code() == ErrorCode.DUPLICATE_INDEX) {
                return new Answer.Done(command, "index " + create.name() + " exists already and was left as it is");
            }
            throw e;
        }
    }

    private Answer dropIndex(Statement.DropIndex drop) {
        String command = "DROP INDEX";
        try {
            tables.dropIndex(drop.name());
        } catch (AlluviumException e) {
            if (drop.ifExists() && e.code() == ErrorCode.UNDEFINED_INDEX) {
                return new Answer.Done(command, "there is no index " + drop.name() + ": nothing was dropped");
            }
            throw e;
        }
        return new Answer.Done(command, "index " + drop.name() + " was dropped");
    }

    private List<TableStatus> tables(@Nullable TableName only) {
        return only == null ? tables.tables() : List.of(status(only));
    }

    private Answer refresh(TableName name) {
        tables.refresh(name);
        return new Answer.Done(
                "REFRESH TABLE", "table " + name + " is loaded again; what it has is served until that is done");
    }

    private Answer replay(TableName name) {
        long errors = tables.replayErrors(name);
        return new Answer.Done(
                "REPLAY ERRORS",
                errors == 0
                        ? "table " + name + " has no errors"
                        : "the bad records of " + name + " are tried again (" + errors + "); " + name
                                + "__errors has those that remain");
    }

    private Answer pause(TableName name) {
        status(name);
        tables.pause(name);
        return new Answer.Done("PAUSE TABLE", "table " + name + " is paused; its rows are still served");
    }

    private Answer resume(TableName name) {
        status(name);
        tables.resume(name);
        return new Answer.Done("RESUME TABLE", "table " + name + " goes on");
    }

    private TableStatus status(TableName name) {
        return tables.table(name)
                .orElseThrow(() -> UndefinedTable.error(
                        name.value(),
                        tables.tables().stream()
                                .map(table -> table.name().value())
                                .toList()));
    }
}
