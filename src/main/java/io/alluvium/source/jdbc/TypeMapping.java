package io.alluvium.source.jdbc;

import io.alluvium.data.ColumnType;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;

/// Which type a column of a database becomes and how its values are read.
///
/// @param expression what is selected in place of the column, with `%s` for it
record TypeMapping(ColumnType type, ValueWriter writer, String expression) {

    private static final ColumnType UNSIGNED_BIGINT = ColumnType.decimal(20, 0);
    private static final int DECIMALS = 10;

    private static TypeMapping of(ColumnType type, ValueWriter writer) {
        return new TypeMapping(type, writer, "%s");
    }

    /// @param column the 1-based column of a result
    static TypeMapping of(Dialect dialect, ResultSetMetaData result, int column) throws SQLException {
        String name = result.getColumnTypeName(column) == null
                ? ""
                : result.getColumnTypeName(column).toLowerCase(Locale.ROOT);
        return switch (dialect) {
            case POSTGRESQL -> postgres(name, result, column);
            case MARIADB -> mariadb(name, result, column);
            case SQLITE -> sqlite(name, result, column);
            case DUCKDB -> duckdb(name, result, column);
            case H2 -> h2(name, result, column);
            case OTHER -> general(result, column);
        };
    }

    private static TypeMapping postgres(String name, ResultSetMetaData result, int column) throws SQLException {
        if (name.startsWith("_") || result.getColumnType(column) == Types.STRUCT) {
            return new TypeMapping(ColumnType.JSON, ValueWriter.JSON, "to_json(%s)");
        }
        return switch (name) {
            case "bool" -> of(ColumnType.BOOLEAN, ValueWriter.FLAG);
            case "json", "jsonb" -> of(ColumnType.JSON, ValueWriter.JSON);
            case "uuid" -> of(ColumnType.UUID, ValueWriter.TEXT);
            case "bytea" -> of(ColumnType.BYTEA, ValueWriter.BYTES);
            case "timestamptz" -> of(ColumnType.TIMESTAMPTZ, ValueWriter.MOMENT);
            case "oid" -> of(ColumnType.BIGINT, ValueWriter.WHOLE);
            case "money", "bit", "varbit", "timetz", "interval", "xml" -> of(ColumnType.VARCHAR, ValueWriter.TEXT);
            default -> general(result, column);
        };
    }

    private static TypeMapping mariadb(String name, ResultSetMetaData result, int column) throws SQLException {
        return switch (name) {
            case "json" -> of(ColumnType.JSON, ValueWriter.JSON);
            case "uuid" -> of(ColumnType.UUID, ValueWriter.TEXT);
            case "timestamp" -> of(ColumnType.TIMESTAMPTZ, ValueWriter.TIMESTAMP_IN_UTC);
            case "bit" ->
                result.getPrecision(column) <= 1
                        ? of(ColumnType.BOOLEAN, ValueWriter.FLAG)
                        : of(ColumnType.BYTEA, ValueWriter.BYTES);
            case "bigint unsigned" -> of(UNSIGNED_BIGINT, ValueWriter.DECIMAL);
            case "int unsigned", "integer unsigned" -> of(ColumnType.BIGINT, ValueWriter.WHOLE);
            default -> general(result, column);
        };
    }

    private static TypeMapping h2(String name, ResultSetMetaData result, int column) throws SQLException {
        return switch (name) {
            case "json" -> of(ColumnType.JSON, ValueWriter.JSON);
            case "uuid" -> of(ColumnType.UUID, ValueWriter.TEXT);
            default -> general(result, column);
        };
    }

    private static TypeMapping duckdb(String name, ResultSetMetaData result, int column) throws SQLException {
        if (name.endsWith("]") || name.startsWith("struct(") || name.startsWith("map(") || name.startsWith("union(")) {
            return new TypeMapping(ColumnType.JSON, ValueWriter.JSON, "CAST(to_json(%s) AS VARCHAR)");
        }
        return switch (name) {
            case "json" -> of(ColumnType.JSON, ValueWriter.JSON);
            case "uuid" -> of(ColumnType.UUID, ValueWriter.TEXT);
            case "utinyint", "usmallint" -> of(ColumnType.INTEGER, ValueWriter.WHOLE);
            case "uinteger" -> of(ColumnType.BIGINT, ValueWriter.WHOLE);
            case "ubigint" -> of(UNSIGNED_BIGINT, ValueWriter.DIGITS);
            case "hugeint", "uhugeint" -> of(ColumnType.decimal(ColumnType.MAX_DIGITS, 0), ValueWriter.DIGITS);
            case "float" -> of(ColumnType.REAL, ValueWriter.REAL);
            case "blob" -> of(ColumnType.BYTEA, ValueWriter.ANY);
            case "timestamp_s", "timestamp_ms", "timestamp_ns" -> of(ColumnType.TIMESTAMP, ValueWriter.TIMESTAMP);
            default -> general(result, column);
        };
    }

    /// By the name that a column was declared with, as SQLite's own rules of affinity are.
    private static TypeMapping sqlite(String name, ResultSetMetaData result, int column) throws SQLException {
        if (name.contains("int")) {
            return of(ColumnType.BIGINT, ValueWriter.ANY);
        }
        if (name.contains("bool")) {
            return of(ColumnType.BOOLEAN, ValueWriter.ANY_FLAG);
        }
        if (name.contains("datetime") || name.contains("timestamp")) {
            return of(ColumnType.TIMESTAMP, ValueWriter.ANY);
        }
        if (name.contains("date")) {
            return of(ColumnType.DATE, ValueWriter.ANY);
        }
        if (name.contains("blob") || name.contains("binary") || name.contains("bytea")) {
            return of(ColumnType.BYTEA, ValueWriter.ANY_BYTES);
        }
        if (name.contains("real") || name.contains("floa") || name.contains("doub")) {
            return of(ColumnType.DOUBLE, ValueWriter.ANY);
        }
        if (name.contains("dec") || name.contains("num")) {
            int precision = result.getPrecision(column);
            return of(
                    precision > 0 && precision <= ColumnType.MAX_DIGITS
                            ? decimal(precision, result.getScale(column))
                            : ColumnType.DOUBLE,
                    ValueWriter.ANY);
        }
        return of(ColumnType.VARCHAR, ValueWriter.ANY);
    }

    private static TypeMapping general(ResultSetMetaData result, int column) throws SQLException {
        return switch (result.getColumnType(column)) {
            case Types.BOOLEAN, Types.BIT -> of(ColumnType.BOOLEAN, ValueWriter.FLAG);
            case Types.TINYINT, Types.SMALLINT -> of(ColumnType.INTEGER, ValueWriter.WHOLE);
            case Types.INTEGER ->
                of(result.isSigned(column) ? ColumnType.INTEGER : ColumnType.BIGINT, ValueWriter.WHOLE);
            case Types.BIGINT ->
                result.isSigned(column)
                        ? of(ColumnType.BIGINT, ValueWriter.WHOLE)
                        : of(UNSIGNED_BIGINT, ValueWriter.DECIMAL);
            case Types.REAL -> of(ColumnType.REAL, ValueWriter.REAL);
            case Types.FLOAT, Types.DOUBLE -> of(ColumnType.DOUBLE, ValueWriter.DOUBLE);
            case Types.NUMERIC, Types.DECIMAL ->
                of(decimal(result.getPrecision(column), result.getScale(column)), ValueWriter.DECIMAL);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                of(ColumnType.BYTEA, ValueWriter.BYTES);
            case Types.DATE -> of(ColumnType.DATE, ValueWriter.DATE);
            case Types.TIME -> of(ColumnType.TIME, ValueWriter.TIME);
            case Types.TIMESTAMP -> of(ColumnType.TIMESTAMP, ValueWriter.TIMESTAMP);
            case Types.TIMESTAMP_WITH_TIMEZONE -> of(ColumnType.TIMESTAMPTZ, ValueWriter.MOMENT);
            case Types.ARRAY -> of(ColumnType.JSON, ValueWriter.ARRAY);
            default -> of(ColumnType.VARCHAR, ValueWriter.TEXT);
        };
    }

    /// A DECIMAL that holds what a database's does; one without digits, or with more than there can be, begins as
    /// DECIMAL(38,10) and is widened by its values.
    private static ColumnType decimal(int precision, int scale) {
        if (precision <= 0 || precision > ColumnType.MAX_DIGITS || scale > ColumnType.MAX_DIGITS) {
            return ColumnType.decimal(ColumnType.MAX_DIGITS, DECIMALS);
        }
        if (scale < 0) {
            return ColumnType.decimal(Math.min(ColumnType.MAX_DIGITS, precision - scale), 0);
        }
        return ColumnType.decimal(Math.max(precision, scale), scale);
    }
}
