package io.alluvium.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void fixedIsTheSameAtEveryAttempt() {
        assertDelays(fixed(5), 5, 5, 5, 5, 5, 5);
        assertThat(Backoff.delay(100, fixed(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(Backoff.delay(1_000_000, fixed(5))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void exponentialDoublesUpToItsMaximum() {
        var policy = exponential(1, 2.0, 60);

        assertDelays(policy, 1, 2, 4, 8, 16, 32, 60, 60);
        assertThat(Backoff.delay(10, policy)).isEqualTo(MINUTE);
    }

    @Test
    void exponentialDoesNotOverflow() {
        assertThat(Backoff.delay(50, exponential(1, 2.0, 300))).isEqualTo(Duration.ofMinutes(5));
        assertThat(Backoff.delay(1_000_000, exponential(1, 2.0, 300))).isEqualTo(Duration.ofMinutes(5));
        assertThat(Backoff.delay(Long.MAX_VALUE, exponential(1, 1000, 300))).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void exponentialByOneAndAHalf() {
        assertDelays(
                exponential(1, 1.5, 120),
                1,
                1.5,
                2.25,
                3.375,
                5.0625,
                7.594,
                11.391,
                17.086,
                25.629,
                38.443,
                57.665,
                86.498,
                120,
                120);
    }

    @Test
    void exponentialByASmallFactor() {
        assertDelays(exponential(10, 1.1, 60), 10, 11, 12.1);
    }

    @Test
    void exponentialBelowASecondIsNeverZero() {
        assertDelays(new BackoffPolicy.Exponential(Duration.ofMillis(500), 2.0, MINUTE, 0), 0.5, 1, 2);
    }

    @Test
    void aMultiplierOfOneIsConstant() {
        assertThat(Backoff.delay(1_000_000, exponential(3, 1.0, 60))).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void linearAddsUpToItsMaximum() {
        assertDelays(linear(2, 3, 30), 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 30, 30);
        assertThat(Backoff.delay(Long.MAX_VALUE, linear(2, 3, 30))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void linearWithoutIncrementIsConstant() {
        assertThat(Backoff.delay(0, linear(2, 0, 30))).isEqualTo(Duration.ofSeconds(2));
        assertThat(Backoff.delay(1_000_000, linear(2, 0, 30))).isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aMultiplierBelowOneOrNotFiniteIsAnError(double multiplier) {
        assertThatThrownBy(() -> exponential(1, multiplier, 60)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void strategiesAreNamedInAnyCaseAndAnUnknownOneListsThem() {
        Duration second = Duration.ofSeconds(1);
        assertThat(BackoffPolicy.of("EXP", second, 2, second, MINUTE, 0)).isEqualTo(exponential(1, 2, 60));
        assertThat(BackoffPolicy.of("Exponential", second, 2, second, MINUTE, 0))
                .isEqualTo(exponential(1, 2, 60));
        assertThat(BackoffPolicy.of("Linear", second, 2, second, MINUTE, 0)).isEqualTo(linear(1, 1, 60));
        assertThat(BackoffPolicy.of("fixed", second, 2, second, MINUTE, 0)).isEqualTo(fixed(1));
        assertThatThrownBy(() -> BackoffPolicy.of("quadratic", second, 2, second, MINUTE, 0))
                .hasMessageContaining("quadratic")
                .hasMessageContaining("exponential, linear, fixed");
    }

    @Test
    void jitterMovesBothWaysInsideItsShareAndNeverPastTheMaximum() {
        var policy = new BackoffPolicy.Exponential(Duration.ofSeconds(10), 2, MINUTE, 0.1);
        RandomGenerator random = new Random(42);
        Set<Duration> seen = new HashSet<>();
        boolean shorter = false;
        boolean longer = false;
        for (int i = 0; i < 200; i++) {
            Duration delay = Backoff.delay(0, policy, random);
            assertThat(delay).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
            shorter |= delay.compareTo(Duration.ofSeconds(10)) < 0;
            longer |= delay.compareTo(Duration.ofSeconds(10)) > 0;
            seen.add(delay);
            assertThat(Backoff.delay(50, policy, random)).isBetween(Duration.ofSeconds(54), MINUTE);
        }
        assertThat(shorter).isTrue();
        assertThat(longer).isTrue();
        assertThat(seen).hasSizeGreaterThan(100);
    }

    @Test
    void withoutJitterTheDelayIsExact() {
        assertThat(Backoff.delay(3, exponential(1, 2, 60), new Random(1))).isEqualTo(Duration.ofSeconds(8));
    }

    private static void assertDelays(BackoffPolicy policy, double... seconds) {
        for (int attempt = 0; attempt < seconds.length; attempt++) {
            assertThat(Backoff.delay(attempt, policy).toNanos() / 1e9)
                    .as("attempt %d", attempt)
                    .isCloseTo(seconds[attempt], within(0.0005));
        }
    }

    private static BackoffPolicy fixed(long seconds) {
        return new BackoffPolicy.Fixed(Duration.ofSeconds(seconds), 0);
    }

    private static BackoffPolicy exponential(long seconds, double multiplier, long max) {
        return new BackoffPolicy.Exponential(Duration.ofSeconds(seconds), multiplier, Duration.ofSeconds(max), 0);
    }

    private static BackoffPolicy linear(long seconds, long increment, long max) {
        return new BackoffPolicy.Linear(
                Duration.ofSeconds(seconds), Duration.ofSeconds(increment), Duration.ofSeconds(max), 0);
    }
}
