package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import java.util.List;
import java.util.Properties;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.Resources.ExInst;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlValidatorException;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.jspecify.annotations.Nullable;

/// Calcite's validator with PostgreSQL's rules and our operators; remembers of each error what it is about.
final class Validator extends SqlValidatorImpl {

    /// The schema that unqualified names are in, which may also be written out.
    private static final String DEFAULT_SCHEMA = "public";

    private static final SqlConformance CONFORMANCE = new SqlDelegatingConformance(SqlConformanceEnum.BABEL) {
        @Override
        public SelectAliasLookup isSelectAlias() {
            return SelectAliasLookup.UNSUPPORTED;
        }

        @Override
        public boolean isNonStrictGroupBy() {
            return false;
        }

        @Override
        public boolean isHavingAlias() {
            return false;
        }
    };

    private static final Config CONFIG = Config.DEFAULT
            .withConformance(CONFORMANCE)
            .withDefaultNullCollation(NullCollation.HIGH)
            .withIdentifierExpansion(true)
            .withTypeCoercionEnabled(true)
            .withTypeCoercionFactory(LiteralCoercion::new);

    private final Catalog catalog;
    private final ValidationErrors errors;

    Validator(RelDataTypeFactory factory, NamedTables named, String sql) {
        this(factory, new Catalog(factory, named), new ValidationErrors(named, sql));
    }

    private Validator(RelDataTypeFactory factory, Catalog catalog, ValidationErrors errors) {
        super(AlluviumOperators.table(), catalog, factory, CONFIG);
        this.catalog = catalog;
        this.errors = errors;
    }

    Catalog catalog() {
        return catalog;
    }

    ValidationErrors errors() {
        return errors;
    }

    @Override
    public CalciteContextException newValidationError(SqlNode node, ExInst<SqlValidatorException> resource) {
        return errors.remember(super.newValidationError(node, resource), node, resource);
    }

    /// Finds tables by their name, and types by PostgreSQL's names.
    static final class Catalog extends CalciteCatalogReader {

        Catalog(RelDataTypeFactory factory, NamedTables named) {
            super(rootSchema(named), List.of(DEFAULT_SCHEMA), factory, configuration());
        }

        private static CalciteSchema rootSchema(NamedTables named) {
            CalciteSchema root = CalciteSchema.createRootSchema(false, false, "", new AbstractSchema());
            root.add(DEFAULT_SCHEMA, named);
            return root;
        }

        private static CalciteConnectionConfigImpl configuration() {
            var properties = new Properties();
            properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "true");
            return new CalciteConnectionConfigImpl(properties);
        }

        @Override
        public @Nullable RelDataType getNamedType(SqlIdentifier name) {
            if (!name.isSimple()) {
                return null;
            }
            return ColumnType.named(name.getSimple(), 0, 0)
                    .map(t -> SqlTypes.relType(typeFactory, t, false))
                    .orElse(null);
        }
    }
}
