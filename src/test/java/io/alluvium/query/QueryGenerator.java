package io.alluvium.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Makes SELECTs over the tables of [DifferentialQueryTest] that mean the same here and in DuckDB.
///
/// Left out is what DuckDB does in its own way:
/// - `/` of whole numbers gives a DOUBLE there and a whole number in PostgreSQL and here, and a division by
///   zero is NULL there; so the divisor is a literal that is not zero, and the dividend a DOUBLE,
/// - `%` and DECIMAL arithmetic beyond one operation have other result types, so that only `+`, `-` and `*`
///   with small numbers are used,
/// - a text compared with a number is converted there and an error here,
/// - ORDER BY puts NULL last there in both directions; NULLS FIRST or LAST is always written.
final class QueryGenerator {

    /// @param ordered whether the order of the rows is part of the answer
    record Query(String sql, boolean ordered) {}

    private final Random random;
    private final Random literals;

    /// @param random decides on the structure of the queries
    /// @param literals decides on the literals in them: with another one they are the same queries with other
    ///     literals
    QueryGenerator(Random random, Random literals) {
        this.random = random;
        this.literals = literals;
    }

    Query next() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> plain("SELECT id, " + column() + " FROM t WHERE " + condition("", 3, 1));
            case 4, 5 -> plain("SELECT id, " + condition("", 3, 1) + " FROM t");
            case 6 ->
                plain("SELECT id, " + number("", 2) + ", " + caseOf("") + " FROM " + table() + " WHERE "
                        + condition("", 2, 0));
            case 7, 8 -> grouped();
            case 9, 10 -> joined();
            case 11 -> sorted();
            case 12 ->
                plain("SELECT DISTINCT " + column() + ", " + column() + " FROM " + table() + " WHERE "
                        + condition("", 1, 0));
            case 13 -> setOperation();
            case 14 -> subSelects();
            default -> aggregatesOfAll();
        };
    }

    private static Query plain(String sql) {
        return new Query(sql, false);
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String anyLiteral(List<String> choices) {
        return choices.get(literals.nextInt(choices.size()));
    }

    private String table() {
        return any(List.of("t", "u", "w", "nothing", "t", "u"));
    }

    private String column() {
        return any(List.of("b", "i", "d", "x", "s", "f", "dt", "ts"));
    }

    private String condition(String alias, int depth, int subSelects) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return predicate(alias, subSelects);
        }
        return switch (random.nextInt(5)) {
            case 0, 1 -> "(" + condition(alias, depth - 1, subSelects) + " AND " + condition(alias, depth - 1, 0) + ")";
            case 2, 3 -> "(" + condition(alias, depth - 1, subSelects) + " OR " + condition(alias, depth - 1, 0) + ")";
            default -> "NOT (" + condition(alias, depth - 1, subSelects) + ")";
        };
    }

    private String predicate(String a, int subSelects) {
        int choices = subSelects > 0 ? 17 : 13;
        return switch (random.nextInt(choices)) {
            case 0, 1 -> number(a, 1) + " " + comparison() + " " + number(a, 1);
            case 2 -> number(a, 1) + not() + " BETWEEN " + number(a, 0) + " AND " + number(a, 0);
            case 3 -> a + any(List.of("b", "i", "id")) + not() + " IN (" + list(this::whole) + ")";
            case 4 -> a + "s" + not() + " IN (" + list(this::text) + ")";
            case 5 -> a + "s" + not() + " LIKE " + pattern();
            case 6 -> a + "s " + comparison() + " " + (random.nextBoolean() ? text() : a + "s");
            case 7 -> a + column() + " IS" + not() + " NULL";
            case 8 -> a + "f" + (random.nextBoolean() ? "" : " IS" + not() + any(List.of(" TRUE", " FALSE")));
            case 9 -> a + "dt " + comparison() + " DATE '2023-12-" + literals.nextInt(8, 16) + "'";
            case 10 -> a + "ts " + comparison() + " " + (random.nextBoolean() ? a + "dt" : moment());
            case 11 -> a + "id = " + literals.nextInt(40);
            case 12 -> a + "b IS" + not() + " DISTINCT FROM " + any(List.of(a + "i", "NULL", whole()));
            case 13 ->
                a + "b" + not() + " IN (SELECT " + any(List.of("i", "b")) + " FROM " + smallTable() + " WHERE "
                        + condition("", 1, 0) + ")";
            case 14 ->
                not() + " EXISTS (SELECT 1 FROM " + smallTable() + " AS q WHERE q.i = " + outer(a) + "i AND "
                        + condition("q.", 1, 0) + ")";
            case 15 ->
                number(a, 0) + " " + comparison() + " (SELECT "
                        + any(List.of("MAX(q.b)", "MIN(q.d)", "COUNT(*)", "COUNT(q.s)", "SUM(q.i)"))
                        + " FROM " + smallTable() + " AS q WHERE q.i " + any(List.of("=", "<", "<>")) + " " + outer(a)
                        + any(List.of("i", "b")) + ")";
            default ->
                a + "d " + comparison() + any(List.of(" ANY", " ALL")) + " (SELECT q.d FROM " + smallTable()
                        + " AS q WHERE " + condition("q.", 1, 0) + ")";
        };
    }

    private String outer(String alias) {
        return alias.isEmpty() ? "t." : alias;
    }

    private String smallTable() {
        return any(List.of("u", "w", "w", "nothing"));
    }

    private String not() {
        return random.nextInt(3) == 0 ? " NOT" : "";
    }

    private String comparison() {
        return any(List.of("=", "<>", "<", "<=", ">", ">="));
    }

    private String number(String a, int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextInt(3) == 0
                    ? any(List.of(whole(), decimal(), whole()))
                    : a + any(List.of("b", "i", "d", "x"));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "(" + number(a, depth - 1) + " + " + number(a, 0) + ")";
            case 1 -> "(" + number(a, depth - 1) + " - " + number(a, 0) + ")";
            case 2 -> "(" + a + any(List.of("b", "i", "x")) + " * " + number(a, 0) + ")";
            case 3 -> "(" + a + "x / " + any(List.of("2", "4.0", "0.5")) + ")";
            case 4 -> "-" + a + any(List.of("b", "i", "d", "x"));
            default -> "COALESCE(" + a + any(List.of("b", "i", "d")) + ", " + whole() + ")";
        };
    }

    private String whole() {
        return Integer.toString(literals.nextInt(-4, 10));
    }

    private String decimal() {
        return literals.nextInt(-4, 9) + "." + anyLiteral(List.of("5", "25", "00", "10"));
    }

    private String text() {
        return "'" + anyLiteral(List.of("", "a", "ab", "abc", "b", "Abc", "zoë", "nothing like it")) + "'";
    }

    private String pattern() {
        return anyLiteral(List.of(
                "'a%'", "'%b'", "'%b%'", "'a_'", "'_'", "'%'", "''", "'abc'", "'a\\%b' ESCAPE '\\'", "'%ë'", "'__%'"));
    }

    private String moment() {
        return "TIMESTAMP '2023-12-" + literals.nextInt(8, 13) + " 12:00:00'";
    }

    private String list(Supplier<String> item) {
        int size = random.nextInt(10) == 0 ? 12 : random.nextInt(1, 5);
        var items = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            items.add(random.nextInt(12) == 0 ? "NULL" : item.get());
        }
        return String.join(", ", items);
    }

    private String caseOf(String a) {
        return "CASE WHEN " + condition(a, 1, 0) + " THEN " + text() + " WHEN " + condition(a, 1, 0) + " THEN " + a
                + "s" + (random.nextBoolean() ? " ELSE " + text() : "") + " END";
    }

    private String aggregate(String a) {
        String filter = random.nextInt(4) == 0 ? " FILTER (WHERE " + condition(a, 1, 0) + ")" : "";
        String distinct = random.nextInt(4) == 0 ? "DISTINCT " : "";
        return switch (random.nextInt(9)) {
            case 0 -> "COUNT(*)" + filter;
            case 1 -> "COUNT(" + distinct + a + column() + ")" + filter;
            case 2, 3 -> "SUM(" + distinct + a + any(List.of("b", "i", "d", "x")) + ")" + filter;
            case 4 -> "AVG(" + distinct + a + any(List.of("b", "i", "x")) + ")" + filter;
            case 5 -> "MIN(" + a + any(List.of("b", "i", "d", "x", "s", "dt", "ts")) + ")" + filter;
            case 6 -> "MAX(" + a + any(List.of("b", "i", "d", "x", "s", "dt", "ts")) + ")" + filter;
            case 7 ->
                any(List.of("VAR_POP", "VAR_SAMP", "STDDEV_POP", "STDDEV_SAMP")) + "(" + a + any(List.of("b", "i", "x"))
                        + ")" + filter;
            default -> any(List.of("BOOL_AND", "BOOL_OR")) + "(" + a + "f)" + filter;
        };
    }

    private Query grouped() {
        String first = column();
        boolean two = random.nextBoolean();
        String keys = two ? first + ", " + column() : first;
        String having = random.nextInt(3) == 0
                ? " HAVING "
                        + any(List.of("COUNT(*) > 3", "SUM(b) > 5", "MIN(s) IS NOT NULL", "MAX(d) < 5 OR COUNT(i) > 2"))
                : "";
        return plain("SELECT " + keys + ", " + aggregate("") + ", " + aggregate("") + " FROM " + table() + " WHERE "
                + condition("", 2, 0) + " GROUP BY " + keys + having);
    }

    private Query aggregatesOfAll() {
        return plain("SELECT " + aggregate("") + ", " + aggregate("") + ", " + aggregate("") + " FROM " + table()
                + (random.nextBoolean() ? "" : " WHERE " + condition("", 2, 0)));
    }

    private Query joined() {
        String kind = any(List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"));
        String key = any(List.of(
                "l.id = r.id",
                "l.b = r.b",
                "l.s = r.s",
                "l.i = r.b",
                "l.d = r.d",
                "l.b = r.x",
                "l.dt = r.dt",
                "l.b = r.b AND l.s = r.s",
                "l.id = r.b + 1",
                "l.s IS NOT DISTINCT FROM r.s"));
        // DuckDB takes only some conditions for an outer join that is not on equal keys.
        String rest = random.nextInt(3) == 0
                ? " AND " + any(List.of("l.i < r.i", "l.d > r.d", "l.x <> r.x", "(l.i = 1 OR r.i = 2)"))
                : "";
        String left = any(List.of("u", "w", "t"));
        String right = left.equals("t") ? any(List.of("w", "u", "nothing")) : any(List.of("u", "w", "nothing"));
        String where = random.nextBoolean() ? " WHERE " + condition(any(List.of("l.", "r.")), 2, 0) : "";
        String from = " FROM " + left + " AS l " + kind + " " + right + " AS r ON " + key + rest;
        if (random.nextInt(4) == 0) {
            return plain("SELECT l.s, COUNT(*), SUM(r.b), COUNT(r.id)" + from + where + " GROUP BY l.s");
        }
        return plain("SELECT l.id, r.id, l." + column() + ", r." + column() + from + where);
    }

    private Query sorted() {
        String by = column() + any(List.of("", " DESC")) + any(List.of(" NULLS FIRST", " NULLS LAST"));
        String limit = random.nextInt(5) == 0 ? "" : " LIMIT " + random.nextInt(60);
        String offset = random.nextBoolean() ? "" : " OFFSET " + random.nextInt(40);
        return new Query(
                "SELECT id, " + column() + " FROM " + table() + " WHERE " + condition("", 1, 0) + " ORDER BY " + by
                        + ", id" + any(List.of("", " DESC")) + limit + offset,
                true);
    }

    private Query setOperation() {
        String column = column();
        String operator = any(List.of("UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"));
        return plain("SELECT " + column + ", f FROM " + table() + " WHERE " + condition("", 1, 0) + " " + operator
                + " SELECT " + column + ", f FROM " + table() + " WHERE " + condition("", 1, 0));
    }

    private Query subSelects() {
        return switch (random.nextInt(4)) {
            case 0 ->
                plain("SELECT t.id, (SELECT " + any(List.of("COUNT(*)", "MAX(q.s)", "SUM(q.d)", "MIN(q.x)"))
                        + " FROM " + smallTable() + " AS q WHERE q.i = t.i AND " + condition("q.", 1, 0)
                        + ") FROM t WHERE "
                        + condition("t.", 1, 0));
            case 1 ->
                plain("SELECT o.k, o.n FROM (SELECT i AS k, COUNT(*) AS n, MAX(b) AS m FROM t GROUP BY i) AS o"
                        + " WHERE o.n > " + random.nextInt(30) + " OR o.m " + comparison() + " o.k");
            case 2 ->
                plain("WITH q AS (SELECT id, b + 1 AS c, s FROM t WHERE " + condition("", 1, 0) + ") SELECT q.c,"
                        + " COUNT(*), MIN(r.s) FROM q JOIN u AS r ON q.c = r.b GROUP BY q.c");
            default ->
                plain("SELECT t.id, t.b" + not() + " IN (SELECT q.i FROM " + smallTable() + " AS q WHERE q.s = t.s)"
                        + " FROM t WHERE " + condition("t.", 1, 1));
        };
    }
}
