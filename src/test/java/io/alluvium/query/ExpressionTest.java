package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.fault.AlluviumException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What expressions give, as text in PostgreSQL's form; the expected values are PostgreSQL's.
class ExpressionTest {

    private final Database database = new Database();

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 -> 7",
                "7 / 2 -> 3",
                "-7 / 2 -> -3",
                "7 % 4 -> 3",
                "mod(-7, 4) -> -3",
                "0.1 + 0.2 -> 0.3",
                "1.50 * 2 -> 3.00",
                "100.00 + 250.00 + 500.00 + 750.00 + 1000.00 -> 2600.00",
                "round(2.5) -> 3",
                "round(-2.567, 2) -> -2.57",
                "trunc(2.99) -> 2",
                "round((SELECT AVG(x) FROM (VALUES (1), (2), (2)) v (x)), 2) -> 1.67",
                "floor(-1.5) -> -2",
                "ceil(1.2) -> 2",
                "abs(-5) -> 5",
                "sign(-3.2) -> -1",
                "power(2, 10) -> 1024",
                "sqrt(16) -> 4",
                "greatest(1, NULL, 3) -> 3",
                "least('b', 'a') -> a",
                "coalesce(NULL, 'x') -> x",
                "nullif(1, 1) -> NULL",
                "CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END -> b",
                "upper('abc') || lower('DEF') -> ABCdef",
                "length('żółw') -> 4",
                "char_length('abc') -> 3",
                "octet_length('ż') -> 2",
                "substring('hello' FROM 2 FOR 3) -> ell",
                "substr('hello', -1, 3) -> h",
                "left('hello', 2) -> he",
                "right('hello', -2) -> llo",
                "trim('  x ') -> x",
                "trim(BOTH 'x' FROM 'xxaxx') -> a",
                "ltrim('xxa', 'x') -> a",
                "lpad('7', 3, '0') -> 007",
                "rpad('ab', 4, '-') -> ab--",
                "replace('abcabc', 'b', 'X') -> aXcaXc",
                "reverse('abc') -> cba",
                "repeat('ab', 3) -> ababab",
                "split_part('a,b,c', ',', 2) -> b",
                "split_part('a,b,c', ',', -1) -> c",
                "strpos('hello', 'll') -> 3",
                "position('l' IN 'hello') -> 3",
                "initcap('hello world') -> Hello World",
                "concat('a', NULL, 1) -> a1",
                "concat_ws('-', 'a', NULL, 'b') -> a-b",
                "md5('a') -> 0cc175b9c0f1b6a831c399e269772661",
                "ascii('A') -> 65",
                "chr(66) -> B",
                "starts_with('abc', 'ab') -> true",
                "regexp_like('abc123', '[0-9]+') -> true",
                "regexp_replace('abc123', '([0-9])', '<\\1>') -> abc<1>23",
                "'abc' LIKE 'a%' -> true",
                "'abc' LIKE '_b_' -> true",
                "'a%c' LIKE 'a\\%c' -> true",
                "'abc' NOT LIKE 'b%' -> true",
                "'ABC' ILIKE 'ab%' -> true",
                "NULL LIKE 'a' -> NULL",
                "1 IN (1, 2, NULL) -> true",
                "3 IN (1, 2, NULL) -> NULL",
                "3 NOT IN (1, 2, NULL) -> NULL",
                "NULL OR true -> true",
                "NULL AND false -> false",
                "NOT (NULL = 1) -> NULL",
                "1 IS DISTINCT FROM NULL -> true",
                "5 BETWEEN 1 AND 5 -> true",
                "'5'::int + 1 -> 6",
                "12.7::int -> 13",
                "'t'::boolean -> true",
                "'2024-02-29'::date -> 2024-02-29",
                "'2024-01-31'::date + INTERVAL '1' MONTH -> 2024-02-29",
                "TIMESTAMP '2024-01-01 10:00:00' + INTERVAL '90' MINUTE -> 2024-01-01 11:30:00",
                "date_trunc('month', TIMESTAMP '2024-05-17 10:11:12') -> 2024-05-01 00:00:00",
                "extract(YEAR FROM DATE '2024-05-17') -> 2024",
                "extract(DOW FROM DATE '2024-05-19') -> 0",
                "date_part('hour', TIMESTAMP '2024-05-17 10:11:12') -> 10",
                "timestampdiff(DAY, DATE '2024-01-01', DATE '2024-01-11') -> 10",
                "timestampdiff(HOUR, TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-02 01:00:00') -> 25",
                "CAST(TIMESTAMP '2024-05-17 10:11:12' AS DATE) -> 2024-05-17",
                "CAST('2024-05-17 10:11:12' AS TIMESTAMP WITH TIME ZONE) -> 2024-05-17 10:11:12+00",
                "CAST(1.005 AS DECIMAL(10,2)) -> 1.01",
                "char_length(CAST(concat('ab', 'c') AS VARCHAR(2))) -> 2",
                "1e3 -> 1000",
                "1.0::double precision / 3 -> 0.3333333333333333",
                "99999999999999999999.99 + 0.01 -> 100000000000000000000.00",
            })
    void anExpressionGivesWhatPostgresGives(String example) {
        String expression = example.split(" -> ", 2)[0];
        String expected = example.split(" -> ", 2)[1];
        assertThat(database.column("SELECT CAST(" + expression + " AS VARCHAR)"))
                .containsExactly(expected.equals("NULL") ? null : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 / 0 -> 22012",
                "1.5 / 0.0 -> 22012",
                "9223372036854775807 + 1 -> 22003",
                "2147483647::int + 1::int -> 22003",
                "CAST('abc' AS INTEGER) -> 22P02",
                "CAST('2024-13-01' AS DATE) -> 22007",
                "CAST(1000 AS DECIMAL(4,2)) -> 22003",
                "sqrt(-1) -> 22003",
                "'a' + 1 -> 22P02",
                "no_such_function(1) -> 42883",
                "upper(1, 2) -> 42883",
                "'abc' LIKE 'a\\' -> 22023",
                "substring('a', 1, -1) -> 22023",
            })
    void anExpressionThatHasNoValueIsAnErrorWithPostgresCode(String example) {
        String expression = example.split(" -> ", 2)[0];
        String sqlState = example.split(" -> ", 2)[1];
        var failure =
                catchThrowableOfType(AlluviumException.class, () -> database.column("SELECT " + expression + " AS x"));

        assertThat(failure).as(expression).isNotNull();
        assertThat(failure.code().sqlState()).as(failure.getMessage()).isEqualTo(sqlState);
    }
}
