package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransferTest {

    @Test
    void everySumIsExactWhileAmountsMoveAndTheTableChanges() throws InterruptedException {
        var transfer = new Transfer(Long.getLong("transfer.seed", 1));

        assertThat(transfer.run(Duration.ofSeconds(Long.getLong("transfer.seconds", 5))))
                .isPositive();
    }
}
