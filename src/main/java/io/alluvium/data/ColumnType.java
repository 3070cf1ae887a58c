package io.alluvium.data;

import java.util.Locale;
import java.util.Optional;

/// The SQL type of a column. `precision` and `scale` have a meaning for DECIMAL alone and are 0 elsewhere.
public record ColumnType(Kind kind, int precision, int scale) {

    /// The greatest precision of a DECIMAL that is kept as one scaled long.
    public static final int MAX_LONG_DIGITS = 18;
    /// The greatest precision of any DECIMAL.
    public static final int MAX_DIGITS = 38;

    public static final ColumnType BOOLEAN = new ColumnType(Kind.BOOLEAN, 0, 0);
    public static final ColumnType INTEGER = new ColumnType(Kind.INTEGER, 0, 0);
    public static final ColumnType BIGINT = new ColumnType(Kind.BIGINT, 0, 0);
    public static final ColumnType REAL = new ColumnType(Kind.REAL, 0, 0);
    public static final ColumnType DOUBLE = new ColumnType(Kind.DOUBLE, 0, 0);
    public static final ColumnType VARCHAR = new ColumnType(Kind.VARCHAR, 0, 0);
    public static final ColumnType BYTEA = new ColumnType(Kind.BYTEA, 0, 0);
    public static final ColumnType DATE = new ColumnType(Kind.DATE, 0, 0);
    public static final ColumnType TIME = new ColumnType(Kind.TIME, 0, 0);
    public static final ColumnType TIMESTAMP = new ColumnType(Kind.TIMESTAMP, 0, 0);
    public static final ColumnType TIMESTAMPTZ = new ColumnType(Kind.TIMESTAMPTZ, 0, 0);
    public static final ColumnType UUID = new ColumnType(Kind.UUID, 0, 0);
    public static final ColumnType JSON = new ColumnType(Kind.JSON, 0, 0);

    /// The families of types. ARRAY and nested values travel as JSON.
    public enum Kind {
        BOOLEAN,
        INTEGER,
        BIGINT,
        REAL,
        DOUBLE,
        DECIMAL,
        VARCHAR,
        BYTEA,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ,
        UUID,
        JSON
    }

    /// How the values of a type lie in a [Vector].
    public enum Storage {
        /// `long[]`: BOOLEAN 0 or 1; INTEGER and BIGINT the number; DATE days since 1970-01-01; TIME microseconds
        /// of the day; TIMESTAMP and TIMESTAMPTZ microseconds since 1970-01-01T00:00Z; DECIMAL up to 18 digits
        /// unscaled.
        LONG,
        /// `double[]`: DOUBLE, and REAL as the double that equals the float.
        DOUBLE,
        /// `Object[]`: VARCHAR and JSON `String`, or a slice of UTF-8 beside it; DECIMAL beyond 18 digits
        /// `BigDecimal` of the column's scale; UUID `java.util.UUID`; BYTEA `byte[]`.
        OBJECT
    }

    public ColumnType {
        if (kind == Kind.DECIMAL) {
            if (precision < 1 || precision > MAX_DIGITS || scale < 0 || scale > precision) {
                throw new IllegalArgumentException("DECIMAL(" + precision + "," + scale + "): the precision is 1 to "
                        + MAX_DIGITS + ", the scale 0 to the precision");
            }
        } else if (precision != 0 || scale != 0) {
            throw new IllegalArgumentException(kind + " takes no precision or scale");
        }
    }

    public static ColumnType decimal(int precision, int scale) {
        return new ColumnType(Kind.DECIMAL, precision, scale);
    }

    public Storage storage() {
        return switch (kind) {
            case BOOLEAN, INTEGER, BIGINT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> Storage.LONG;
            case DECIMAL -> precision <= MAX_LONG_DIGITS ? Storage.LONG : Storage.OBJECT;
            case REAL, DOUBLE -> Storage.DOUBLE;
            case VARCHAR, BYTEA, UUID, JSON -> Storage.OBJECT;
        };
    }

    public boolean isNumeric() {
        return switch (kind) {
            case INTEGER, BIGINT, REAL, DOUBLE, DECIMAL -> true;
            default -> false;
        };
    }

    /// The type that a SQL type name stands for, in any case, with PostgreSQL's aliases; empty when there is
    /// none.
    public static Optional<ColumnType> named(String name, int precision, int scale) {
        return Optional.ofNullable(
                switch (name.toUpperCase(Locale.ROOT)) {
                    case "BOOLEAN", "BOOL" -> BOOLEAN;
                    case "INTEGER", "INT", "INT4", "SMALLINT", "INT2" -> INTEGER;
                    case "BIGINT", "INT8" -> BIGINT;
                    case "REAL", "FLOAT4" -> REAL;
                    case "DOUBLE", "DOUBLE PRECISION", "FLOAT8", "FLOAT" -> DOUBLE;
                    case "DECIMAL", "NUMERIC", "DEC" ->
                        precision == 0 ? decimal(MAX_DIGITS, 10) : decimal(precision, scale);
                    case "VARCHAR", "TEXT", "CHAR", "CHARACTER", "CHARACTER VARYING", "STRING" -> VARCHAR;
                    case "BYTEA", "VARBINARY", "BINARY", "BYTES" -> BYTEA;
                    case "DATE" -> DATE;
                    case "TIME" -> TIME;
                    case "TIMESTAMP", "DATETIME" -> TIMESTAMP;
                    case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE" -> TIMESTAMPTZ;
                    case "UUID" -> UUID;
                    case "JSON", "JSONB" -> JSON;
                    default -> null;
                });
    }

    /// The type as SQL writes it, such as `DECIMAL(18,2)`.
    public String sql() {
        return kind == Kind.DECIMAL ? "DECIMAL(" + precision + "," + scale + ")" : kind.name();
    }

    /// Reads what [#sql()] wrote.
    public static ColumnType parse(String sql) {
        int open = sql.indexOf('(');
        if (open < 0) {
            return named(sql, 0, 0).orElseThrow(() -> new IllegalArgumentException("no such type: " + sql));
        }
        String[] digits = sql.substring(open + 1, sql.length() - 1).split(",", -1);
        int scale = digits.length > 1 ? Integer.parseInt(digits[1].strip()) : 0;
        return named(sql.substring(0, open), Integer.parseInt(digits[0].strip()), scale)
                .orElseThrow(() -> new IllegalArgumentException("no such type: " + sql));
    }

    @Override
    public String toString() {
        return sql();
    }
}
