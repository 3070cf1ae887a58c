package io.alluvium.sql;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// Column types as Calcite's types and back, and the types that arithmetic and aggregates give.
///
/// What Calcite distinguishes and we do not becomes one type when it is created: CHAR is VARCHAR (nothing is
/// padded), TINYINT and SMALLINT are INTEGER, FLOAT is DOUBLE, BINARY is BYTEA. JSON is a VARCHAR of a length that
/// nobody writes, so that text functions and comparisons take it; together with text it becomes text.
///
/// Results follow PostgreSQL within 38 digits:
///
/// | expression | type |
/// |---|---|
/// | INTEGER / INTEGER | INTEGER, truncated |
/// | DECIMAL / DECIMAL | 16 decimals where the whole digits leave room, at least 6 and at least the operands' |
/// | SUM(INTEGER), SUM(BIGINT) | BIGINT, DECIMAL(38,0) |
/// | SUM(DECIMAL(p,s)) | DECIMAL(38,s) |
/// | AVG of whole numbers and DECIMAL | DECIMAL with the decimals of a division |
/// | SUM and AVG of REAL and DOUBLE | DOUBLE |
public final class SqlTypes {

    private static final int JSON_LENGTH = 1 << 30;
    private static final int MICROSECONDS = 6;
    private static final int DIVISION_SCALE = 16;
    private static final int LEAST_DIVISION_SCALE = 6;
    private static final int INTEGER_DIGITS = 10;
    private static final int BIGINT_DIGITS = 19;

    public static final RelDataTypeSystem SYSTEM = new TypeSystem();

    private SqlTypes() {}

    /// A type factory with the rules above. One for each statement: Calcite's factories keep what they made.
    public static RelDataTypeFactory newFactory() {
        return new TypeFactory();
    }

    public static RelDataType relType(RelDataTypeFactory factory, ColumnType type, boolean nullable) {
        RelDataType plain = switch (type.kind()) {
            case BOOLEAN -> factory.createSqlType(SqlTypeName.BOOLEAN);
            case INTEGER -> factory.createSqlType(SqlTypeName.INTEGER);
            case BIGINT -> factory.createSqlType(SqlTypeName.BIGINT);
            case REAL -> factory.createSqlType(SqlTypeName.REAL);
            case DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL -> factory.createSqlType(SqlTypeName.DECIMAL, type.precision(), type.scale());
            case VARCHAR -> factory.createSqlType(SqlTypeName.VARCHAR);
            case JSON -> factory.createSqlType(SqlTypeName.VARCHAR, JSON_LENGTH);
            case BYTEA -> factory.createSqlType(SqlTypeName.VARBINARY);
            case DATE -> factory.createSqlType(SqlTypeName.DATE);
            case TIME -> factory.createSqlType(SqlTypeName.TIME, MICROSECONDS);
            case TIMESTAMP -> factory.createSqlType(SqlTypeName.TIMESTAMP, MICROSECONDS);
            case TIMESTAMPTZ -> factory.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, MICROSECONDS);
            case UUID -> factory.createSqlType(SqlTypeName.UUID);
        };
        return factory.createTypeWithNullability(plain, nullable);
    }

    /// The row type of a table with this schema.
    public static RelDataType rowType(RelDataTypeFactory factory, Schema schema) {
        var builder = factory.builder();
        for (Column column : schema.columns()) {
            builder.add(column.name(), relType(factory, column.type(), column.nullable()));
        }
        return builder.build();
    }

    /// The column type that values of a Calcite type have.
    ///
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED when no column can hold them, such as an INTERVAL
    public static ColumnType columnType(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> ColumnType.BOOLEAN;
            case TINYINT, SMALLINT, INTEGER -> ColumnType.INTEGER;
            case BIGINT -> ColumnType.BIGINT;
            case REAL -> ColumnType.REAL;
            case FLOAT, DOUBLE -> ColumnType.DOUBLE;
            case DECIMAL -> decimal(type.getPrecision(), type.getScale());
            case CHAR, VARCHAR -> type.getPrecision() == JSON_LENGTH ? ColumnType.JSON : ColumnType.VARCHAR;
            case NULL -> ColumnType.VARCHAR;
            case BINARY, VARBINARY -> ColumnType.BYTEA;
            case DATE -> ColumnType.DATE;
            case TIME -> ColumnType.TIME;
            case TIMESTAMP -> ColumnType.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> ColumnType.TIMESTAMPTZ;
            case UUID -> ColumnType.UUID;
            default ->
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "values of the type " + type + " cannot stand in a column",
                        SqlTypeUtil.isInterval(type)
                                ? "add the interval to a date or a timestamp, or take a number with EXTRACT"
                                : "cast it to a supported type, such as CAST(x AS VARCHAR)");
        };
    }

    /// The schema of a row type; names that repeat get the suffixes `_1`, `_2`.
    public static Schema schema(RelDataType rowType) {
        var columns = new java.util.ArrayList<Column>();
        var used = new java.util.HashSet<String>();
        for (var field : rowType.getFieldList()) {
            String name = field.getName();
            for (int suffix = 1; !used.add(name); suffix++) {
                name = field.getName() + "_" + suffix;
            }
            columns.add(new Column(
                    name, columnType(field.getType()), field.getType().isNullable()));
        }
        return new Schema(columns);
    }

    /// The number of characters that a text type allows, or -1 when it sets no limit.
    static int textLimit(RelDataType type) {
        boolean text = SqlTypeUtil.isCharacter(type) && type.getPrecision() != JSON_LENGTH;
        return text && type.getPrecision() > 0 ? type.getPrecision() : -1;
    }

    /// The DECIMAL that holds every value of a numeric type that is not REAL or DOUBLE.
    static ColumnType asDecimal(ColumnType type) {
        return switch (type.kind()) {
            case INTEGER -> ColumnType.decimal(INTEGER_DIGITS, 0);
            case BIGINT -> ColumnType.decimal(BIGINT_DIGITS, 0);
            default -> type;
        };
    }

    static ColumnType decimal(int precision, int scale) {
        int usedScale = Math.clamp(scale, 0, ColumnType.MAX_DIGITS);
        return ColumnType.decimal(Math.clamp(Math.max(precision, usedScale), 1, ColumnType.MAX_DIGITS), usedScale);
    }

    private static int divisionScale(int wholeDigits, int leastScale) {
        int room = Math.min(DIVISION_SCALE, ColumnType.MAX_DIGITS - wholeDigits);
        return Math.max(Math.max(LEAST_DIVISION_SCALE, leastScale), room);
    }

    private static final class TypeSystem extends RelDataTypeSystemImpl {
        @Override
        public int getMaxPrecision(SqlTypeName typeName) {
            return switch (typeName) {
                case DECIMAL -> ColumnType.MAX_DIGITS;
                case CHAR, VARCHAR, BINARY, VARBINARY -> JSON_LENGTH;
                case TIME,
                        TIME_WITH_LOCAL_TIME_ZONE,
                        TIME_TZ,
                        TIMESTAMP,
                        TIMESTAMP_WITH_LOCAL_TIME_ZONE,
                        TIMESTAMP_TZ -> MICROSECONDS;
                default -> super.getMaxPrecision(typeName);
            };
        }

        @Override
        public int getMaxScale(SqlTypeName typeName) {
            return typeName == SqlTypeName.DECIMAL ? ColumnType.MAX_DIGITS : super.getMaxScale(typeName);
        }

        @Override
        public int getDefaultPrecision(SqlTypeName typeName) {
            return switch (typeName) {
                case DECIMAL -> ColumnType.MAX_DIGITS;
                case TIME,
                        TIME_WITH_LOCAL_TIME_ZONE,
                        TIME_TZ,
                        TIMESTAMP,
                        TIMESTAMP_WITH_LOCAL_TIME_ZONE,
                        TIMESTAMP_TZ -> MICROSECONDS;
                default -> super.getDefaultPrecision(typeName);
            };
        }

        @Override
        public boolean shouldConvertRaggedUnionTypesToVarying() {
            return true;
        }

        @Override
        public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
            boolean nullable = argument.isNullable();
            return switch (argument.getSqlTypeName()) {
                case INTEGER -> relType(factory, ColumnType.BIGINT, nullable);
                case BIGINT -> relType(factory, ColumnType.decimal(ColumnType.MAX_DIGITS, 0), nullable);
                case DECIMAL ->
                    relType(factory, ColumnType.decimal(ColumnType.MAX_DIGITS, argument.getScale()), nullable);
                case REAL, DOUBLE -> relType(factory, ColumnType.DOUBLE, nullable);
                default -> argument;
            };
        }

        @Override
        public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
            boolean nullable = argument.isNullable();
            return switch (argument.getSqlTypeName()) {
                case INTEGER, BIGINT, DECIMAL -> {
                    ColumnType type = asDecimal(columnType(argument));
                    int scale = divisionScale(type.precision() - type.scale(), type.scale());
                    yield relType(factory, ColumnType.decimal(ColumnType.MAX_DIGITS, scale), nullable);
                }
                default -> relType(factory, ColumnType.DOUBLE, nullable);
            };
        }

        @Override
        public RelDataType deriveDecimalDivideType(
                RelDataTypeFactory factory, RelDataType dividend, RelDataType divisor) {
            if (!areExact(dividend, divisor) || (isWhole(dividend) && isWhole(divisor))) {
                return super.deriveDecimalDivideType(factory, dividend, divisor);
            }
            ColumnType a = asDecimal(columnType(dividend));
            ColumnType b = asDecimal(columnType(divisor));
            int wholeDigits = a.precision() - a.scale() + b.scale();
            int scale = divisionScale(wholeDigits, Math.max(a.scale(), b.scale()));
            boolean nullable = dividend.isNullable() || divisor.isNullable();
            return relType(factory, decimal(wholeDigits + scale, scale), nullable);
        }

        private static boolean areExact(RelDataType a, RelDataType b) {
            return SqlTypeUtil.isExactNumeric(a) && SqlTypeUtil.isExactNumeric(b);
        }

        private static boolean isWhole(RelDataType type) {
            return type.getSqlTypeName() != SqlTypeName.DECIMAL;
        }
    }

    private static final class TypeFactory extends SqlTypeFactoryImpl {
        TypeFactory() {
            super(SYSTEM);
        }

        @Override
        public Charset getDefaultCharset() {
            return StandardCharsets.UTF_8;
        }

        @Override
        public RelDataType createSqlType(SqlTypeName name) {
            return name == SqlTypeName.DECIMAL
                    ? super.createSqlType(name, ColumnType.MAX_DIGITS, 10)
                    : super.createSqlType(known(name));
        }

        @Override
        public RelDataType createSqlType(SqlTypeName name, int precision) {
            return switch (name) {
                case CHAR, TINYINT, SMALLINT, FLOAT, BINARY -> super.createSqlType(known(name));
                default -> super.createSqlType(known(name), precision);
            };
        }

        private static SqlTypeName known(SqlTypeName name) {
            return switch (name) {
                case CHAR -> SqlTypeName.VARCHAR;
                case TINYINT, SMALLINT -> SqlTypeName.INTEGER;
                case FLOAT -> SqlTypeName.DOUBLE;
                case BINARY -> SqlTypeName.VARBINARY;
                case TIMESTAMP_TZ -> SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
                default -> name;
            };
        }
    }
}
