package io.alluvium.sql;

import static org.apache.calcite.util.Static.RESOURCE;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.Resources.ExInst;
import org.apache.calcite.runtime.Resources.Inst;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidatorException;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/// What Calcite's validator complains about as the errors that users see. Which complaint it is, is told by its
/// resource: a resource's template is compared with the templates of the library itself, whatever their wording.
final class ValidationErrors {

    private static final Pattern SIMPLE = Pattern.compile("[a-z_][a-z0-9_$]*");
    private static final Map<String, ErrorCode> CODES = new HashMap<>();

    static {
        all(
                ErrorCode.UNDEFINED_TABLE,
                RESOURCE.tableNameNotFound(""),
                RESOURCE.tableNameNotFoundDidYouMean("", ""),
                RESOURCE.objectNotFound(""),
                RESOURCE.objectNotFoundDidYouMean("", ""),
                RESOURCE.objectNotFoundWithin("", ""),
                RESOURCE.objectNotFoundWithinDidYouMean("", "", ""),
                RESOURCE.schemaNotFound(""));
        all(
                ErrorCode.UNDEFINED_COLUMN,
                RESOURCE.columnNotFound(""),
                RESOURCE.columnNotFoundDidYouMean("", ""),
                RESOURCE.columnNotFoundInTable("", ""),
                RESOURCE.columnNotFoundInTableDidYouMean("", "", ""),
                RESOURCE.unknownIdentifier(""),
                RESOURCE.unknownField(""));
        all(
                ErrorCode.UNDEFINED_FUNCTION,
                RESOURCE.validatorUnknownFunction(""),
                RESOURCE.functionUndefined(""),
                RESOURCE.functionNotFound(""),
                RESOURCE.invalidArgCount("", 0),
                RESOURCE.wrongNumberOfParam("", 0, ""),
                RESOURCE.wrongNumOfArguments());
        all(ErrorCode.AMBIGUOUS_COLUMN, RESOURCE.columnAmbiguous(""), RESOURCE.columnInUsingNotUnique(""));
        all(
                ErrorCode.DUPLICATE_COLUMN,
                RESOURCE.duplicateColumnName(""),
                RESOURCE.duplicateNameInColumnList(""),
                RESOURCE.aliasListDuplicate(""),
                RESOURCE.fromAliasDuplicate(""));
        all(
                ErrorCode.GROUPING,
                RESOURCE.notGroupExpr(""),
                RESOURCE.notSelectDistinctExpr(""),
                RESOURCE.aggregateIllegalInClause(""),
                RESOURCE.aggregateIllegalInOrderBy(),
                RESOURCE.windowedAggregateIllegalInClause(""),
                RESOURCE.nestedAggIllegal(),
                RESOURCE.aggregateInFilterIllegal(),
                RESOURCE.groupingArgument(""),
                RESOURCE.groupingInAggregate(""),
                RESOURCE.groupingInWrongClause(""));
        all(
                ErrorCode.DATATYPE_MISMATCH,
                RESOURCE.canNotApplyOp2Type("", "", ""),
                RESOURCE.incompatibleValueType(""),
                RESOURCE.incompatibleTypesInList(),
                RESOURCE.expectedBoolean(),
                RESOURCE.expectedCharacter(),
                RESOURCE.needSameTypeParameter(),
                RESOURCE.illegalMixingOfTypes(),
                RESOURCE.typeNotComparable("", ""),
                RESOURCE.typeNotComparableNear("", ""),
                RESOURCE.typeNotComparableEachOther(""),
                RESOURCE.operandNotComparable(""),
                RESOURCE.cannotCastValue("", ""),
                RESOURCE.typeNotAssignable("", "", "", ""),
                RESOURCE.columnTypeMismatchInSetop(0, ""),
                RESOURCE.naturalOrUsingColumnNotCompatible("", "", ""),
                RESOURCE.condMustBeBoolean(""),
                RESOURCE.dynamicParamIllegal(),
                RESOURCE.nullIllegal(),
                RESOURCE.unknownDatatypeName(""));
        all(ErrorCode.NUMERIC_OUT_OF_RANGE, RESOURCE.numberLiteralOutOfRange(""));
        all(ErrorCode.INVALID_DATETIME, RESOURCE.dateLiteralOutOfRange(""));
    }

    private final NamedTables named;
    private final String sql;
    private final IdentityHashMap<CalciteContextException, Complaint> complaints = new IdentityHashMap<>();

    private record Complaint(SqlNode node, ErrorCode code) {}

    ValidationErrors(NamedTables named, String sql) {
        this.named = named;
        this.sql = sql;
    }

    private static void all(ErrorCode code, Inst... resources) {
        for (Inst resource : resources) {
            CODES.put(resource.raw(), code);
        }
    }

    CalciteContextException remember(
            CalciteContextException error, SqlNode node, ExInst<SqlValidatorException> resource) {
        complaints.put(error, new Complaint(node, CODES.getOrDefault(resource.raw(), ErrorCode.SYNTAX)));
        return error;
    }

    AlluviumException translate(CalciteContextException error) {
        Complaint complaint = complaints.get(error);
        ErrorCode code = complaint == null ? ErrorCode.DATATYPE_MISMATCH : complaint.code;
        int position = SqlText.position(sql, error.getPosLine(), error.getPosColumn());
        String name = complaint == null ? null : name(complaint.node);
        if (name != null && code == ErrorCode.UNDEFINED_TABLE) {
            return undefinedTable(name, position, error);
        }
        if (name != null && name.isEmpty()) {
            return new AlluviumException(
                    ErrorCode.UNDEFINED_FUNCTION,
                    "only COUNT takes *",
                    "SHOW FUNCTIONS lists the functions and their arguments",
                    position,
                    error);
        }
        if (complaint != null && name != null && code == ErrorCode.UNDEFINED_COLUMN) {
            return undefinedColumn(name, isQuoted(complaint.node), position, error);
        }
        if (complaint != null && code == ErrorCode.UNDEFINED_FUNCTION && complaint.node instanceof SqlCall call) {
            Optional<AlluviumException> known =
                    UnsupportedFunctions.error(call.getOperator().getName(), position, error);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return new AlluviumException(code, reason(error), hint(code), position, error);
    }

    private AlluviumException undefinedTable(String name, int position, Throwable cause) {
        List<String> nearest = Nearest.to(name, named.names(), 3);
        String make = "CREATE TABLE " + name + " AS SELECT * FROM kafka_topic('" + name + "')";
        String hint = nearest.isEmpty()
                ? "SHOW TABLES lists the tables; to make one from a topic: " + make
                : "did you mean " + String.join(", ", nearest) + "? To make it from a topic: " + make;
        return new AlluviumException(ErrorCode.UNDEFINED_TABLE, "there is no table " + name, hint, position, cause);
    }

    private AlluviumException undefinedColumn(String name, boolean quoted, int position, Throwable cause) {
        List<String> columns = named.columnNames();
        List<String> nearest = Nearest.to(name, columns, 3).stream()
                .map(ValidationErrors::written)
                .toList();
        String hint;
        if (quoted) {
            hint = "double quotes stand around names; text stands in single quotes: '" + name + "'";
        } else if (!nearest.isEmpty()) {
            hint = "did you mean " + String.join(", ", nearest) + "?";
        } else if (columns.isEmpty()) {
            hint = "the query reads from no table";
        } else {
            hint = "the columns are "
                    + columns.stream().map(ValidationErrors::written).collect(Collectors.joining(", "));
        }
        return new AlluviumException(ErrorCode.UNDEFINED_COLUMN, "there is no column " + name, hint, position, cause);
    }

    private static @Nullable String hint(ErrorCode code) {
        return switch (code) {
            case UNDEFINED_FUNCTION -> "SHOW FUNCTIONS lists the functions and their arguments";
            case AMBIGUOUS_COLUMN -> "write the table's name or alias before the column: t.column";
            case GROUPING -> "name the column in GROUP BY or put it in an aggregate such as MAX(column)";
            case DATATYPE_MISMATCH -> "convert a value with CAST(value AS type)";
            default -> null;
        };
    }

    /// A name as SQL has to have it: in double quotes when it would be folded otherwise.
    private static String written(String name) {
        return SIMPLE.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    private static boolean isQuoted(SqlNode node) {
        return node instanceof SqlIdentifier id && id.isComponentQuoted(id.names.size() - 1);
    }

    private static @Nullable String name(SqlNode node) {
        return node instanceof SqlIdentifier id ? Util.last(id.names) : null;
    }

    private static String reason(CalciteContextException error) {
        Throwable cause = error.getCause();
        String text = cause == null || cause.getMessage() == null ? error.getMessage() : cause.getMessage();
        return text == null ? "the statement is not valid" : text;
    }
}
