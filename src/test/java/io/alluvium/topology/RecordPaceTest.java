package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecordPaceTest {

    private final AtomicLong now = new AtomicLong(-5_000_000_000L);

    @Test
    void recordsWaitUntilTheyAreDue() {
        var pace = new RecordPace(1_000, now::get);
        assertThat(pace.take(100)).isEqualTo(100_000_000L);
        now.addAndGet(100_000_000L);
        assertThat(pace.take(3)).as("not worth a pause").isZero();
        assertThat(pace.take(7)).isEqualTo(10_000_000L);
    }

    @Test
    void aSecondThatWasNotUsedIsMadeUpForAndMoreIsNot() {
        var pace = new RecordPace(1_000, now::get);
        pace.take(1);
        now.addAndGet(500_000_000L);
        assertThat(pace.take(400)).isZero();
        now.addAndGet(60_000_000_000L);
        assertThat(pace.take(400)).isEqualTo(400_000_000L);
    }

    @Test
    void withoutALimitNothingWaits() {
        assertThat(new RecordPace(0, now::get).take(Integer.MAX_VALUE)).isZero();
    }
}
