package io.alluvium.sql;

import io.alluvium.data.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Statistic;
import org.apache.calcite.schema.Statistics;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.schema.lookup.IgnoreCaseLookup;
import org.apache.calcite.schema.lookup.LikePattern;
import org.apache.calcite.schema.lookup.Lookup;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/// The tables that one statement names, each looked up once. Used by one thread for one statement.
final class NamedTables extends AbstractSchema {

    private final KnownTables tables;
    private final Map<String, Schema> found = new HashMap<>();

    NamedTables(KnownTables tables) {
        this.tables = tables;
    }

    /// All tables that there are.
    List<String> names() {
        return tables.names();
    }

    /// The columns of the tables that the statement named so far.
    List<String> columnNames() {
        return found.values().stream()
                .flatMap(s -> s.names().stream())
                .distinct()
                .toList();
    }

    @Override
    public Lookup<Table> tables() {
        return new IgnoreCaseLookup<>() {
            @Override
            public @Nullable Table get(String name) {
                return find(name);
            }

            @Override
            public Set<String> getNames(LikePattern pattern) {
                return tables.names().stream()
                        .filter(n -> pattern.matcher().apply(n))
                        .collect(Collectors.toSet());
            }
        };
    }

    private @Nullable Table find(String name) {
        Schema schema = found.get(name);
        if (schema == null) {
            schema = tables.schema(name).orElse(null);
            if (schema == null) {
                return null;
            }
            found.put(name, schema);
        }
        return new NamedTable(name, schema, tables);
    }

    private static final class NamedTable extends AbstractTable {
        private final String name;
        private final Schema schema;
        private final KnownTables tables;

        NamedTable(String name, Schema schema, KnownTables tables) {
            this.name = name;
            this.schema = schema;
            this.tables = tables;
        }

        @Override
        public RelDataType getRowType(RelDataTypeFactory factory) {
            return SqlTypes.rowType(factory, schema);
        }

        @Override
        public Statistic getStatistic() {
            List<Integer> key = tables.key(name);
            return Statistics.of(tables.rows(name), key.isEmpty() ? List.of() : List.of(ImmutableBitSet.of(key)));
        }
    }
}
