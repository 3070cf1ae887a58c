package io.alluvium.fault;

/// Every error that a user can see: its number, category, SQLSTATE (PostgreSQL's where it has one) and HTTP status.
/// Numbers are never reused.
public enum ErrorCode {
    SYNTAX(1001, FaultCategory.USER, "42601", 400),
    UNDEFINED_TABLE(1002, FaultCategory.USER, "42P01", 404),
    UNDEFINED_COLUMN(1003, FaultCategory.USER, "42703", 400),
    UNDEFINED_FUNCTION(1004, FaultCategory.USER, "42883", 400),
    DUPLICATE_TABLE(1005, FaultCategory.USER, "42P07", 409),
    DUPLICATE_COLUMN(1006, FaultCategory.USER, "42701", 400),
    AMBIGUOUS_COLUMN(1007, FaultCategory.USER, "42702", 400),
    DATATYPE_MISMATCH(1008, FaultCategory.USER, "42804", 400),
    GROUPING(1009, FaultCategory.USER, "42803", 400),
    FEATURE_NOT_SUPPORTED(1010, FaultCategory.USER, "0A000", 400),
    INVALID_TEXT(1011, FaultCategory.USER, "22P02", 400),
    NUMERIC_OUT_OF_RANGE(1012, FaultCategory.USER, "22003", 400),
    DIVISION_BY_ZERO(1013, FaultCategory.USER, "22012", 400),
    INVALID_DATETIME(1014, FaultCategory.USER, "22007", 400),
    CARDINALITY(1015, FaultCategory.USER, "21000", 400),
    DEPENDENT_OBJECTS(1016, FaultCategory.USER, "2BP01", 409),
    DEPENDENCY_CYCLE(1017, FaultCategory.USER, "42P17", 400),
    INVALID_PARAMETER(1018, FaultCategory.USER, "22023", 400),
    ROW_NOT_FOUND(1019, FaultCategory.USER, "02000", 404),
    PATH_NOT_FOUND(1020, FaultCategory.USER, "42P01", 404),
    METHOD_NOT_ALLOWED(1021, FaultCategory.USER, "0A000", 405),
    BODY_TOO_LARGE(1022, FaultCategory.USER, "54000", 413),
    INVALID_PATTERN(1023, FaultCategory.USER, "22025", 400),
    SYNTAX_OF_KEY(1024, FaultCategory.USER, "22P02", 400),
    INVALID_DEFINITION(1025, FaultCategory.USER, "42P16", 400),
    QUERY_CANCELED(1026, FaultCategory.USER, "57014", 408),
    CROSS_ORIGIN(1027, FaultCategory.USER, "42501", 403),
    VALUE_TOO_LONG(1028, FaultCategory.USER, "54000", 400),
    STATEMENT_TOO_COMPLEX(1029, FaultCategory.USER, "54001", 400),
    DUPLICATE_INDEX(1030, FaultCategory.USER, "42P07", 409),
    UNDEFINED_INDEX(1031, FaultCategory.USER, "42704", 404),

    TOPIC_MISSING(2001, FaultCategory.TOPIC_MISSING, "58P01", 503),
    FILE_MISSING(2002, FaultCategory.FILE_MISSING, "58P01", 503),
    NETWORK(2003, FaultCategory.NETWORK, "08006", 503),
    AUTHENTICATION(2004, FaultCategory.AUTHENTICATION, "28000", 503),
    CONFIGURATION(2005, FaultCategory.CONFIGURATION, "F0000", 400),
    DATA(2006, FaultCategory.DATA, "22000", 500),
    UNKNOWN(2007, FaultCategory.UNKNOWN, "58000", 503),
    POSITION_LOST(2008, FaultCategory.DATA, "58030", 503),

    TABLE_NOT_READY(3001, FaultCategory.LIMIT, "55000", 503),
    MEMORY_LIMIT(3002, FaultCategory.LIMIT, "53200", 503),
    TOO_MANY_TABLES(3003, FaultCategory.LIMIT, "53400", 503),
    TOO_MANY_QUERIES(3004, FaultCategory.LIMIT, "53300", 503),
    ADDRESS_IN_USE(3005, FaultCategory.CONFIGURATION, "58000", 503),
    DATA_DIRECTORY_IN_USE(3006, FaultCategory.CONFIGURATION, "55006", 503),
    SNAPSHOT_TOO_OLD(3007, FaultCategory.LIMIT, "72000", 503),
    TOO_MANY_ROWS(3008, FaultCategory.LIMIT, "54000", 503),

    INTERNAL(9001, FaultCategory.INTERNAL, "XX000", 500);

    private final int number;
    private final FaultCategory category;
    private final String sqlState;
    private final int httpStatus;

    ErrorCode(int number, FaultCategory category, String sqlState, int httpStatus) {
        this.number = number;
        this.category = category;
        this.sqlState = sqlState;
        this.httpStatus = httpStatus;
    }

    public int number() {
        return number;
    }

    public FaultCategory category() {
        return category;
    }

    public String sqlState() {
        return sqlState;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
