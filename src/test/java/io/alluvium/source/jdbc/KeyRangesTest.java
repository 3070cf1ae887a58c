package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRangesTest {

    private static final JdbcTable TABLE =
            new JdbcTable(Relation.of("t"), List.of(), List.of(), Optional.empty(), false);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 4, 1",
        "1, 3, 4, 3",
        "-5, 5, 2, 2",
        "0, 1000000, 1, 20",
        "-9223372036854775808, 9223372036854775807, 1, 256",
        "9223372036854775000, 9223372036854775807, 8, 8"
    })
    void rangesFollowOneAnotherWithoutAGapAndAreOpenAtTheEnds(long least, long greatest, int atLeast, int count) {
        KeyRanges ranges = KeyRanges.of(least, greatest, atLeast);
        List<Scan.Query> queries = ranges.queries(TABLE, "id");

        assertThat(queries).hasSize(count);
        assertThat(KeyRanges.parse(ranges.text())).isEqualTo(ranges);
        if (count == 1) {
            assertThat(queries.getFirst().sql()).doesNotContain("WHERE");
            return;
        }
        assertThat(queries.getFirst().sql()).endsWith("WHERE id < ?");
        assertThat(queries.getLast().sql()).endsWith("WHERE id >= ?");
        long before = least;
        for (int i = 1; i < count; i++) {
            Watermark end = queries.get(i - 1).parameters().getLast();
            assertThat(queries.get(i).parameters().getFirst()).isEqualTo(end);
            long bound = ((Watermark.Whole) end).value();
            assertThat(bound).isGreaterThan(before).isLessThanOrEqualTo(greatest);
            before = bound;
        }
    }
}
