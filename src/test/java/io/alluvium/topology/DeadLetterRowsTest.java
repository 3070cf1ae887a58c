package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLetterRowsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final DeadLetterRows rows =
            new DeadLetterRows(new TableName("t"), new DeadLetterBounds(3, Duration.ofHours(1)));

    @AfterEach
    void checkTheStructure() {
        rows.store().checkInvariants();
    }

    private boolean put(String place, int minute, int bytes) {
        return rows.put(new DeadLetter(
                BadRecord.data(place, null, "reason", null, new byte[bytes]), START.plus(Duration.ofMinutes(minute))));
    }

    private List<String> surplus(int minute) {
        return rows.removeSurplus(START.plus(Duration.ofMinutes(minute)));
    }

    @Test
    void theNewestStayWhenThereAreTooMany() {
        assertThat(put("a", 0, 1)).isFalse();
        put("b", 1, 1);
        assertThat(put("a", 2, 1)).as("it is there").isTrue();
        put("c", 3, 1);
        put("d", 4, 1);

        assertThat(surplus(4)).as("the one that came again is younger").containsExactly("b");
        assertThat(rows.places(place -> true)).containsExactly("a", "c", "d");
        assertThat(rows.store().rows()).isEqualTo(3);
    }

    @Test
    void theyGoWhenTheirTimeIsOver() {
        put("a", 0, 1);
        put("b", 30, 1);

        assertThat(surplus(59)).isEmpty();
        assertThat(surplus(60)).containsExactly("a");
        assertThat(surplus(1_000)).containsExactly("b");
        assertThat(rows.store().rows()).isZero();
    }

    @Test
    void theirBytesAreBounded() {
        int half = (int) (DeadLetterBounds.MOST_BYTES / 2);
        put("a", 0, half);
        put("b", 0, half);
        assertThat(surplus(0)).isEmpty();
        put("c", 0, 1);

        assertThat(surplus(0)).containsExactly("a");
        assertThat(rows.remove("a")).isFalse();
        assertThat(rows.remove("b")).isTrue();
        assertThat(surplus(0)).isEmpty();
    }
}
