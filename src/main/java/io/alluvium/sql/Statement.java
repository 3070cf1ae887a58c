package io.alluvium.sql;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableIndex;
import io.alluvium.data.TableName;
import java.util.List;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// One SQL statement, parsed. `sql` is its text without the final semicolon.
public sealed interface Statement {

    String sql();

    /// @param query the SELECT, in which each source stands as the identifier `source$N`, N being its place in the
    ///     definition's `sources`
    record CreateTable(TableDefinition definition, boolean orReplace, boolean ifNotExists, SqlNode query)
            implements Statement {
        @Override
        public String sql() {
            return definition.sql();
        }

        /// The same statement with other sources in the places of its own, such as the topics that bare
        /// names mean.
        public CreateTable withSources(List<SourceDefinition> sources) {
            var changed = new TableDefinition(
                    definition.name(),
                    definition.declared(),
                    definition.primaryKey(),
                    sources,
                    definition.options(),
                    definition.emitFinal(),
                    definition.sql(),
                    definition.origin());
            return new CreateTable(changed, orReplace, ifNotExists, query);
        }
    }

    record DropTable(String sql, TableName name, boolean ifExists, boolean cascade) implements Statement {}

    record RefreshTable(String sql, TableName name) implements Statement {}

    record ReplayErrors(String sql, TableName name) implements Statement {}

    record PauseTable(String sql, TableName name) implements Statement {}

    record ResumeTable(String sql, TableName name) implements Statement {}

    /// @param name null when the statement has none
    record CreateIndex(
            String sql,
            @Nullable String name,
            TableName table,
            List<String> columns,
            TableIndex.Kind kind,
            boolean ifNotExists)
            implements Statement {
        public CreateIndex {
            columns = List.copyOf(columns);
        }
    }

    record DropIndex(String sql, String name, boolean ifExists) implements Statement {}

    /// @param table null for the indexes of all tables
    record ShowIndexes(String sql, @Nullable TableName table) implements Statement {}

    enum Shown {
        TABLES,
        SOURCES,
        CONFIG,
        FUNCTIONS,
        TOPICS
    }

    record Show(String sql, Shown what) implements Statement {}

    record Describe(String sql, TableName name) implements Statement {}

    /// `EXPLAIN` of a query, or of a CREATE TABLE; exactly one of the two is there.
    record Explain(
            String sql,
            boolean analyze,
            @Nullable Query query,
            @Nullable CreateTable table) implements Statement {}

    /// A SELECT, VALUES or WITH … SELECT over tables. `?` and `$1` are parameters.
    record Query(String sql, SqlNode node) implements Statement {}
}
