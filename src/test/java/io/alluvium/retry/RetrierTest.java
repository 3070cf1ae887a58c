package io.alluvium.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.metrics.Meters;
import io.alluvium.testkit.CapturedLog;
import io.alluvium.testkit.TurnedClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetrierTest {

    private final AlluviumException missing = new AlluviumException(
            ErrorCode.TOPIC_MISSING, "Kafka topic 'orders' does not exist", "create it", new IOException("gone"));

    private final TurnedClock clock = new TurnedClock();
    private final Instant start = clock.instant();
    private final Meters meters = new Meters();

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void theLastAttemptIsMadeAtTheDeadlineAndNeverAfterIt() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(10), exponential()));

        List<Duration> attempts = new ArrayList<>();
        while (true) {
            attempts.add(Duration.between(start, clock.instant()));
            if (!(retrier.next(missing) instanceof Retrier.Next.Retry retry)) {
                break;
            }
            clock.turn(Duration.between(clock.instant(), retry.at()));
        }

        assertThat(attempts)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofSeconds(10));
    }

    @Test
    void aWaitOfTwoSecondsThatIsAskedEveryHalfSecondEndsAfterTwoSecondsAndNotLater() {
        var halfSecond = new BackoffPolicy.Exponential(Duration.ofMillis(500), 1.5, Duration.ofMinutes(2), 0.1);
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(2), halfSecond));

        int attempts = 1;
        while (retrier.next(missing) instanceof Retrier.Next.Retry retry) {
            attempts++;
            clock.turn(Duration.between(clock.instant(), retry.at()));
        }

        assertThat(clock.instant()).isEqualTo(start.plusSeconds(2));
        assertThat(attempts).isBetween(4, 5);
    }

    @Test
    void aThousandTablesThatFailTogetherAskAtDifferentMoments() {
        var policy = RetryPolicy.upTo(
                Duration.ofMinutes(5),
                new BackoffPolicy.Exponential(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(2), 0.1));
        var random = new Random(3);
        var moments = new HashSet<Instant>();
        for (int i = 0; i < 1_000; i++) {
            var source = new WaitingSource(new TableName("t" + i), "topic", "orders");
            var retrier = new Retrier(policy, source, clock, random, meters);
            if (retrier.next(missing) instanceof Retrier.Next.Retry retry) {
                assertThat(retry.delay()).isBetween(Duration.ofMillis(1_800), Duration.ofMillis(2_200));
                moments.add(retry.at());
            }
        }
        assertThat(moments).hasSizeGreaterThan(990);
    }

    @Test
    void withoutAWaitTheFirstFailureIsTheLast() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ZERO, exponential()));

        assertThat(retrier.next(missing)).isEqualTo(new Retrier.Next.GiveUp(missing, true));
    }

    @Test
    void aFaultThatDoesNotCureItselfIsNotTriedAgain() {
        for (ErrorCode code : List.of(ErrorCode.AUTHENTICATION, ErrorCode.CONFIGURATION, ErrorCode.DATA)) {
            Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofHours(1), exponential()));
            var failure = new AlluviumException(code, "no");

            assertThat(retrier.next(failure)).isEqualTo(new Retrier.Next.GiveUp(failure, false));
            assertThat(retrier.status()).get().satisfies(s -> {
                assertThat(s.nextAttemptAt()).isEmpty();
                assertThat(s.deadline()).isEmpty();
            });
        }
    }

    @Test
    void missingNetworkAndUnknownAreTriedAgain() {
        for (ErrorCode code :
                List.of(ErrorCode.TOPIC_MISSING, ErrorCode.FILE_MISSING, ErrorCode.NETWORK, ErrorCode.UNKNOWN)) {
            Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofHours(1), exponential()));

            assertThat(retrier.next(new AlluviumException(code, "no"))).isInstanceOf(Retrier.Next.Retry.class);
        }
    }

    @Test
    void withoutALimitItGoesOnAtTheLongestDelay() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ZERO, exponential()).unlimited());

        for (int i = 0; i < 1_000; i++) {
            assertThat(retrier.next(missing))
                    .isInstanceOfSatisfying(
                            Retrier.Next.Retry.class,
                            retry -> assertThat(retry.delay()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(2)));
            clock.turn(Duration.ofDays(1));
        }
        assertThat(retrier.status())
                .get()
                .satisfies(s -> assertThat(s.deadline()).isEmpty());
    }

    @Test
    void theStatusSaysEverythingAboutTheWait() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(30), exponential()));

        retrier.next(missing);
        clock.turn(Duration.ofSeconds(2));
        retrier.next(missing);

        assertThat(retrier.status()).get().satisfies(s -> {
            assertThat(s.category()).isEqualTo(FaultCategory.TOPIC_MISSING);
            assertThat(s.attempts()).isEqualTo(2);
            assertThat(s.firstFailureAt()).isEqualTo(start);
            assertThat(s.nextAttemptAt()).contains(start.plusSeconds(6));
            assertThat(s.deadline()).contains(start.plusSeconds(30));
            assertThat(s.message()).isEqualTo("Kafka topic 'orders' does not exist");
            assertThat(s.hint()).isEqualTo("create it");
            assertThat(s.originalError()).isEqualTo("IOException: gone");
        });
    }

    @Test
    void aFailureAfterASuccessBeginsANewWait() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(10), exponential()));
        retrier.next(missing);
        clock.turn(Duration.ofSeconds(9));
        retrier.succeeded();

        assertThat(retrier.status()).isEmpty();
        clock.turn(Duration.ofMinutes(1));
        assertThat(retrier.next(missing))
                .isEqualTo(new Retrier.Next.Retry(clock.instant().plusSeconds(2), Duration.ofSeconds(2)));
    }

    @Test
    void everyAttemptIsLoggedOnceAtInfo() {
        try (var log = new CapturedLog(Retrier.class.getName())) {
            Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(8), exponential()));
            retrier.next(missing);
            clock.turn(Duration.ofMillis(5100));
            retrier.next(missing);
            clock.turn(Duration.ofMillis(2900));
            retrier.next(missing);

            assertThat(log.lines(Level.INFO))
                    .containsExactly(
                            "table=orders topic=orders waiting: TOPIC_MISSING, attempt 1, elapsed 0ms, next try in 2s",
                            "table=orders topic=orders waiting: TOPIC_MISSING, attempt 2, elapsed 5.1s,"
                                    + " next try in 2.9s",
                            "table=orders topic=orders gave up: TOPIC_MISSING, attempt 3, elapsed 8s, no further try");
        }
    }

    @Test
    void theCauseOfAnAttemptStandsAtDebug() {
        try (var log = new CapturedLog(Retrier.class.getName())) {
            retrier(RetryPolicy.upTo(Duration.ofSeconds(8), exponential())).next(missing);

            assertThat(log.causes(Level.DEBUG)).containsExactly("Kafka topic 'orders' does not exist");
            assertThat(log.causes(Level.INFO)).isEmpty();
        }
    }

    @Test
    void attemptsSuccessesAndTimeoutsAreCounted() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(10), exponential()));
        assertThat(meters.scrape())
                .contains(series(
                        "alluvium_retry_attempts_total{category=\"NETWORK\",source=\"orders\",table=\"orders\"}", 0))
                .contains(series("alluvium_retry_successes_total{source=\"orders\",table=\"orders\"}", 0))
                .contains(series("alluvium_retry_timeouts_total{source=\"orders\",table=\"orders\"}", 0));

        retrier.next(missing);
        assertThat(meters.scrape())
                .contains(series("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"orders\"}", 1))
                .contains("alluvium_retry_delay_seconds_bucket{source=\"orders\",table=\"orders\",le=\"2.0\"} 1");
        retrier.next(new AlluviumException(ErrorCode.NETWORK, "no"));
        assertThat(meters.scrape())
                .contains(series("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"orders\"}", 0))
                .contains(series("alluvium_source_waiting{category=\"NETWORK\",table=\"orders\"}", 1));
        retrier.succeeded();
        retrier.succeeded();
        retrier.next(missing);
        clock.turn(Duration.ofSeconds(10));
        retrier.next(missing);

        assertThat(meters.scrape())
                .contains(series(
                        "alluvium_retry_attempts_total{category=\"NETWORK\",source=\"orders\",table=\"orders\"}", 1))
                .contains(series(
                        "alluvium_retry_attempts_total{category=\"TOPIC_MISSING\",source=\"orders\",table=\"orders\"}",
                        3))
                .contains(series("alluvium_retry_successes_total{source=\"orders\",table=\"orders\"}", 1))
                .contains(series("alluvium_retry_timeouts_total{source=\"orders\",table=\"orders\"}", 1))
                .contains(series("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"orders\"}", 0));
    }

    @Test
    void runSleepsBetweenAttemptsUntilOneSucceeds() throws Exception {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(30), exponential()));
        List<Duration> slept = new ArrayList<>();
        int[] calls = {0};

        String result = retrier.run(
                () -> {
                    if (++calls[0] < 3) {
                        throw new IOException("not yet");
                    }
                    return "there";
                },
                e -> new AlluviumException(ErrorCode.NETWORK, "cannot reach it", null, e),
                delay -> {
                    slept.add(delay);
                    clock.turn(delay);
                });

        assertThat(result).isEqualTo("there");
        assertThat(slept).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(retrier.status()).isEmpty();
    }

    @Test
    void runThrowsTheLastFailureAtTheDeadline() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(2), exponential()));

        assertThatThrownBy(() -> retrier.run(
                        () -> {
                            throw missing;
                        },
                        e -> new AlluviumException(ErrorCode.UNKNOWN, "?", null, e),
                        clock::turn))
                .isSameAs(missing);
        assertThat(clock.instant()).isEqualTo(start.plusSeconds(2));
    }

    @Test
    void runLetsAnInterruptThrough() {
        Retrier retrier = retrier(RetryPolicy.upTo(Duration.ofSeconds(2), exponential()));

        assertThatThrownBy(() -> retrier.run(
                        () -> {
                            throw new InterruptedException();
                        },
                        e -> new AlluviumException(ErrorCode.UNKNOWN, "?", null, e),
                        clock::turn))
                .isInstanceOf(InterruptedException.class);
        assertThat(retrier.status()).isEmpty();
    }

    private Retrier retrier(RetryPolicy policy) {
        return new Retrier(
                policy, new WaitingSource(new TableName("orders"), "topic", "orders"), clock, new Random(7), meters);
    }

    private static BackoffPolicy exponential() {
        return new BackoffPolicy.Exponential(Duration.ofSeconds(2), 2, Duration.ofMinutes(2), 0);
    }

    private static String series(String name, int value) {
        return name + " " + value + ".0\n";
    }
}
