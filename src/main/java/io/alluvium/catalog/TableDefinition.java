package io.alluvium.catalog;

import io.alluvium.data.Column;
import io.alluvium.data.TableName;
import java.util.List;
import java.util.Map;

/// A `CREATE TABLE` as the user wrote it, taken apart.
///
/// @param declared the column list, empty when columns are to be discovered
/// @param primaryKey the key columns that the user named, in the column list or after a select item; else
///     empty
/// @param sources what stands in `FROM` and in joins, in the order of the text, bare names resolved
/// @param options all `WITH` options, names in lower case
/// @param sql the whole statement, as written, without the final semicolon
/// @param origin where the statement came from
public record TableDefinition(
        TableName name,
        List<Column> declared,
        List<String> primaryKey,
        List<SourceDefinition> sources,
        Map<String, String> options,
        boolean emitFinal,
        String sql,
        Origin origin) {

    public TableDefinition {
        declared = List.copyOf(declared);
        primaryKey = List.copyOf(primaryKey);
        sources = List.copyOf(sources);
        options = Map.copyOf(options);
    }

    /// The tables that must be there before this one.
    public List<TableName> dependsOn() {
        return sources.stream()
                .filter(SourceDefinition.OtherTable.class::isInstance)
                .map(s -> ((SourceDefinition.OtherTable) s).table())
                .distinct()
                .toList();
    }

    /// Where a statement stands: a file of the config folder with its 1-based line, or a session (`line` 0).
    public record Origin(String file, int line) {
        public static final Origin SESSION = new Origin("", 0);

        public boolean isFile() {
            return !file.isEmpty();
        }
    }
}
