package io.alluvium.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.fault.AlluviumException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerFailureTest {

    private static final long MEGABYTE = 1 << 20;

    @TempDir
    Path data;

    @Test
    void aDiskWithLessRoomThanABatchTakesIsFull() {
        AlluviumException reason = BrokerFailure.reason(data, 16 * MEGABYTE - 1, "it gave up");

        assertThat(reason).hasMessage("the embedded broker failed: no room is left on the disk of " + data);
        assertThat(reason.hint()).get().asString().contains("Make room there and start Alluvium again");
    }

    @Test
    void withRoomOnTheDiskTheServersWordsAndTheRoomAreTold() {
        AlluviumException reason = BrokerFailure.reason(data, 16 * MEGABYTE, "it gave up");

        assertThat(reason).hasMessage("the embedded broker failed: it gave up; 16 MB are free on the disk of " + data);
        assertThat(reason.hint()).get().asString().contains("start Alluvium again");
    }

    @Test
    void theFirstReasonIsToldAndOnlyThat() {
        var told = new ArrayList<AlluviumException>();
        var failure = new BrokerFailure(data, told::add);
        assertThat(failure.reason()).isNull();
        failure.accept("the cause");
        failure.accept("what came of it");

        assertThat(told).containsExactly(failure.reason());
    }
}
