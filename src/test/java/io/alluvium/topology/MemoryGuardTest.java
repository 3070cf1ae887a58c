package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {

    private static final TableName TABLE = new TableName("orders");
    private static final long LIMIT = Runtime.getRuntime().maxMemory() / 2;
    private static final MemoryLimits LIMITS = new MemoryLimits(LIMIT, LIMIT / 10, Duration.ofMinutes(1));

    /// A guard that looks for the first time.
    private static MemoryGuard at(long tables) {
        return new MemoryGuard(LIMITS, () -> tables);
    }

    @Test
    void loadsStandStillAtTheLimitAndGoOnBelowIt() {
        assertThat(at(LIMIT - 1).isFull(false)).isFalse();
        assertThat(at(LIMIT).isFull(false)).isTrue();
        assertThat(at(LIMIT - 1).hasRoom(false)).as("just below the limit").isFalse();
        assertThat(at(LIMIT * 9 / 10).hasRoom(false)).isTrue();
    }

    @Test
    void tablesThatAreLoadedGoOnBetweenTheLimitAndTheHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(at(LIMIT + 1).isFull(true)).isFalse();
        assertThat(at(LIMITS.hardBytes()).isFull(true)).isTrue();
        assertThat(LIMITS.hardBytes()).isBetween(LIMIT, heap * 9 / 10);
    }

    @Test
    void aLookThatWasInterruptedDoesNotMakeItBlindForLong() {
        var now = new AtomicLong();
        var used = new AtomicLong();
        long second = 1_000_000_000L;
        var guard = new MemoryGuard(
                LIMITS,
                () -> {
                    now.addAndGet(used.get() == 0 ? second : 0);
                    return used.get();
                },
                now::get);
        assertThat(guard.isFull(false)).isFalse();

        used.set(LIMIT);
        now.addAndGet(second / 20);

        assertThat(guard.isFull(false)).isTrue();
    }

    @Test
    void looksThatAreDearBecomeRarer() {
        var now = new AtomicLong();
        var looks = new AtomicLong();
        long milli = 1_000_000L;
        var guard = new MemoryGuard(
                LIMITS,
                () -> {
                    looks.incrementAndGet();
                    now.addAndGet(10 * milli);
                    return 0;
                },
                now::get);

        for (int i = 0; i < 10_000; i++) {
            guard.isFull(false);
            now.addAndGet(milli);
        }

        assertThat(looks.get()).as("looks of 10 ms in 10 s").isBetween(20L, 50L);
    }

    @Test
    void queriesCountToo() {
        MemoryGuard guard = at(LIMIT / 2);
        guard.count(() -> LIMIT / 2);
        assertThat(guard.isFull(false)).isTrue();
    }

    @Test
    void aNewTableIsRefusedWithWhatIsTakenAndWhatToDo() {
        at(LIMIT / 2).check(TABLE);
        assertThat(catchThrowableOfType(
                        AlluviumException.class, () -> at(LIMIT - 1).check(TABLE)))
                .as("where a load that stands still would not go on either")
                .isNotNull();

        AlluviumException refused = catchThrowableOfType(
                AlluviumException.class, () -> at(LIMIT + (5 << 20)).check(TABLE));

        assertThat(refused.code()).isEqualTo(ErrorCode.MEMORY_LIMIT);
        assertThat(refused.code().sqlState()).isEqualTo("53200");
        assertThat(refused)
                .hasMessageContaining("orders")
                .hasMessageContaining(((LIMIT + (5 << 20)) >> 20) + " MB")
                .hasMessageContaining((LIMIT >> 20) + " MB")
                .hasMessageContaining("alluvium.memory.limit");
        assertThat(refused.hint().orElseThrow()).contains("Drop tables");
    }

    @Test
    void aLoadThatStandsStillSaysWhatItTakesItself() {
        AlluviumException why = at(LIMIT * 2).standstill(TABLE, 30 << 20, false);

        assertThat(why).hasMessageContaining("the load of the table orders").hasMessageContaining("30 MB");
        assertThat(why.hint().orElseThrow()).contains("goes on by itself");
    }
}
