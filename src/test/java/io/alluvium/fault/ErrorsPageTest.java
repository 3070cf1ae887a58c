package io.alluvium.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.testkit.ReferencePage;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorsPageTest {

    private static final String INTRODUCTION = """
            # Errors

            Every error has a number, a category, the SQLSTATE that PostgreSQL clients see and the HTTP status. In JSON:

            ```json
            {"error": {"code": "42P01", "category": "USER", "message": "…", "hint": "…", "position": 14}}
            ```

            `code` is the SQLSTATE; `position` counts the characters of the SQL text from 1 and is left out when the error
            has no place in it. Categories that are *retried* leave a table WAITING or STALLED until the source is back or
            its wait is over; the others make it FAILED at once.
            """;

    private static final Map<ErrorCode, String> MEANINGS = new EnumMap<>(Map.ofEntries(
            Map.entry(ErrorCode.SYNTAX, "The text is not a statement."),
            Map.entry(ErrorCode.UNDEFINED_TABLE, "No table has this name."),
            Map.entry(ErrorCode.UNDEFINED_COLUMN, "No column has this name."),
            Map.entry(ErrorCode.UNDEFINED_FUNCTION, "No function has this name and these types of arguments."),
            Map.entry(ErrorCode.DUPLICATE_TABLE, "A table already has this name."),
            Map.entry(ErrorCode.DUPLICATE_COLUMN, "Two columns have the same name."),
            Map.entry(ErrorCode.AMBIGUOUS_COLUMN, "Columns of several tables have this name."),
            Map.entry(ErrorCode.DATATYPE_MISMATCH, "A value has a type that does not fit here."),
            Map.entry(ErrorCode.GROUPING, "A column is neither grouped nor aggregated."),
            Map.entry(ErrorCode.FEATURE_NOT_SUPPORTED, "This version does not have it."),
            Map.entry(ErrorCode.INVALID_TEXT, "Text cannot be read as the type that is needed."),
            Map.entry(ErrorCode.NUMERIC_OUT_OF_RANGE, "A number does not fit its type."),
            Map.entry(ErrorCode.DIVISION_BY_ZERO, "Something is divided by zero."),
            Map.entry(ErrorCode.INVALID_DATETIME, "Text is not a date, time or timestamp."),
            Map.entry(ErrorCode.CARDINALITY, "A sub-select that stands for one value has several rows."),
            Map.entry(ErrorCode.DEPENDENT_OBJECTS, "Other tables depend on the one to drop."),
            Map.entry(ErrorCode.DEPENDENCY_CYCLE, "Tables depend on each other in a circle."),
            Map.entry(ErrorCode.INVALID_PARAMETER, "A parameter has a value that is not allowed."),
            Map.entry(ErrorCode.ROW_NOT_FOUND, "The table has no row with this key."),
            Map.entry(ErrorCode.PATH_NOT_FOUND, "The HTTP path does not exist."),
            Map.entry(ErrorCode.METHOD_NOT_ALLOWED, "The HTTP path has no such method."),
            Map.entry(ErrorCode.BODY_TOO_LARGE, "The body of the HTTP request is over the limit."),
            Map.entry(ErrorCode.INVALID_PATTERN, "A pattern cannot be read."),
            Map.entry(ErrorCode.SYNTAX_OF_KEY, "The text is not a key of the table."),
            Map.entry(ErrorCode.INVALID_DEFINITION, "The definition of a table contradicts itself."),
            Map.entry(ErrorCode.QUERY_CANCELED, "The query was canceled or took too long."),
            Map.entry(ErrorCode.CROSS_ORIGIN, "A page of another site sent the HTTP request."),
            Map.entry(ErrorCode.VALUE_TOO_LONG, "A function would make a value of more than 16,777,216 characters."),
            Map.entry(ErrorCode.STATEMENT_TOO_COMPLEX, "The statement is too long or nested too deeply."),
            Map.entry(ErrorCode.DUPLICATE_INDEX, "An index or a table already has this name."),
            Map.entry(ErrorCode.UNDEFINED_INDEX, "No index has this name."),
            Map.entry(ErrorCode.TOPIC_MISSING, "The Kafka topic does not exist."),
            Map.entry(ErrorCode.FILE_MISSING, "The file does not exist, or no file matches."),
            Map.entry(ErrorCode.NETWORK, "The source cannot be reached."),
            Map.entry(ErrorCode.AUTHENTICATION, "The source refuses the login or what it is asked for."),
            Map.entry(ErrorCode.CONFIGURATION, "A setting, an option or a name is not allowed."),
            Map.entry(ErrorCode.DATA, "What the source holds cannot be read."),
            Map.entry(ErrorCode.UNKNOWN, "The source failed for an unexpected reason."),
            Map.entry(ErrorCode.POSITION_LOST, "The source no longer has what follows the last position read."),
            Map.entry(ErrorCode.TABLE_NOT_READY, "The table is not LIVE yet."),
            Map.entry(
                    ErrorCode.SNAPSHOT_TOO_OLD,
                    "The statement held the rows of a table as they were at its start for too long."),
            Map.entry(ErrorCode.TOO_MANY_ROWS, "The source gives more rows than load.max.rows allows."),
            Map.entry(ErrorCode.MEMORY_LIMIT, "The memory for tables or for the query is used up."),
            Map.entry(ErrorCode.TOO_MANY_TABLES, "There are as many tables as alluvium.tables.max allows."),
            Map.entry(ErrorCode.TOO_MANY_QUERIES, "As many queries run and wait as may."),
            Map.entry(ErrorCode.ADDRESS_IN_USE, "Another program listens on the port."),
            Map.entry(ErrorCode.DATA_DIRECTORY_IN_USE, "Another service uses the data folder."),
            Map.entry(ErrorCode.INTERNAL, "A fault of Alluvium.")));

    @Test
    void theReferencePageIsWhatTheCodeSays() throws IOException {
        var page = new StringBuilder(INTRODUCTION);
        page.append(
                "\n| number | name | category | SQLSTATE | HTTP | retried | meaning |\n|---|---|---|---|---|---|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| %d | `%s` | %s | `%s` | %d | %s | %s |\n"
                    .formatted(
                            code.number(),
                            code.name(),
                            code.category(),
                            code.sqlState(),
                            code.httpStatus(),
                            code.category().isRetried() ? "yes" : "no",
                            MEANINGS.getOrDefault(code, "")));
        }
        ReferencePage.check("errors.md", page.toString());
    }

    @Test
    void everyCodeHasAMeaningAndANumberOfItsOwn() {
        assertThat(MEANINGS).containsOnlyKeys(ErrorCode.values());
        List<Integer> numbers =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::number).toList();
        assertThat(numbers).doesNotHaveDuplicates();
    }
}
