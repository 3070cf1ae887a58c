package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// As [TransferTest], for longer.
class TransferIT {

    @Test
    void everySumIsExactForAMinute() throws InterruptedException {
        var transfer = new Transfer(System.nanoTime());

        assertThat(transfer.run(Duration.ofSeconds(Long.getLong("transfer.seconds", 60))))
                .isPositive();
    }
}
