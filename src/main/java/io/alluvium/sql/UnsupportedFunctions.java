package io.alluvium.sql;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Functions that PostgreSQL has and this version does not, which are refused as such: a misspelt name is another
/// matter.
final class UnsupportedFunctions {

    private static final Set<String> WINDOW = Set.of(
            "row_number",
            "rank",
            "dense_rank",
            "percent_rank",
            "cume_dist",
            "ntile",
            "lag",
            "lead",
            "first_value",
            "last_value",
            "nth_value");

    private static final Set<String> AGGREGATE = Set.of(
            "string_agg",
            "array_agg",
            "listagg",
            "group_concat",
            "json_agg",
            "jsonb_agg",
            "json_object_agg",
            "jsonb_object_agg",
            "json_arrayagg",
            "json_objectagg",
            "percentile_cont",
            "percentile_disc",
            "mode",
            "any_value",
            "every",
            "bit_and",
            "bit_or",
            "bit_xor",
            "corr",
            "covar_pop",
            "covar_samp",
            "xmlagg");

    private UnsupportedFunctions() {}

    /// The error for a function that is not known, when it is one of these.
    static Optional<AlluviumException> error(String name, int position, Throwable cause) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (WINDOW.contains(lower)) {
            return Optional.of(notSupported(
                    "the window function " + lower,
                    "use GROUP BY, ORDER BY with LIMIT, or a sub-select such as (SELECT COUNT(*) FROM t AS b WHERE"
                            + " b.x < a.x), which counts the rows before",
                    position,
                    cause));
        }
        if (AGGREGATE.contains(lower)) {
            return Optional.of(notSupported(
                    "the aggregate " + lower,
                    "SHOW FUNCTIONS lists the aggregates that there are; to collect values, select the rows with"
                            + " ORDER BY and put them together in the program",
                    position,
                    cause));
        }
        return Optional.empty();
    }

    private static AlluviumException notSupported(String what, String hint, int position, Throwable cause) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED, what + " is not supported in this version", hint, position, cause);
    }
}
