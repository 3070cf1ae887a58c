package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Position;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.alluvium.retry.BackoffPolicy;
import io.alluvium.retry.Retrier;
import io.alluvium.retry.RetryPolicy;
import io.alluvium.retry.WaitingSource;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Loaders whose source does what a test says, over a broker.
class LoaderRunTest {

    private static final TableName TABLE = new TableName("t");

    private TestCluster cluster;
    private LoaderGroup group;
    private InputTopic input;
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new TestCluster(folder, 1);
        var settings =
                new StreamsSettings(cluster.kafka.clientProperties(), "run", "one", folder.resolve("state"), 1, 1);
        var positions = new PositionTopic(cluster.kafka, settings);
        positions.ensure();
        group = new LoaderGroup(cluster.kafka, settings);
        group.start();
        input = new InputTopic(
                TABLE,
                cluster.kafka.ensureTopic("input", 1, 1, Map.of()),
                positions,
                cluster.kafka,
                settings,
                new BadRecords(new BadRecordCount(TABLE, false, () -> {}), null),
                new LoadProgress(),
                0);
    }

    @AfterEach
    void stop() {
        group.close();
        cluster.close();
    }

    /// A commit may take effect and be reported as failed, when the connection goes before its answer is there.
    @Test
    void aPositionThatWasCommittedThoughItWasReportedAsFailedIsTakenUp() throws Exception {
        var loads = new Steps((from, sink) -> {
            input.positions().write(TABLE, new PositionTopic.Entry("input", at(7), false));
            throw new AlluviumException(ErrorCode.NETWORK, "no answer to the commit");
        });
        try (var run = run(loads)) {
            assertThat(next()).isEqualTo("load {}");
            assertThat(next()).isEqualTo("load {at=7}");
            assertThat(next()).isEqualTo("follow {at=9}");
            assertThat(run.isBulkDone()).isTrue();
        }
    }

    @Test
    void aBulkPartThatWasCommittedThoughItWasReportedAsFailedIsNotDoneAgain() throws Exception {
        var loads = new Steps((from, sink) -> {
            sink.send(new byte[] {1}, "{}".getBytes(StandardCharsets.UTF_8));
            sink.commit(at(1));
            input.positions().write(TABLE, new PositionTopic.Entry("input", at(8), true));
            throw new AlluviumException(ErrorCode.NETWORK, "no answer to the commit");
        });
        try (var run = run(loads)) {
            assertThat(next()).isEqualTo("load {}");
            assertThat(next()).isEqualTo("follow {at=8}");
            assertThat(run.isBulkDone()).isTrue();
        }
    }

    @Test
    void aReloadThatAnotherInstanceHasLeftUnfinishedIsDoneFromTheStart() throws Exception {
        input.positions().write(TABLE, new PositionTopic.Entry("input", Reload.UNFINISHED, true));
        try (var run = run(new Steps(null))) {
            assertThat(next()).isEqualTo("load {}");
            assertThat(next()).isEqualTo("follow {at=9}");
            assertThat(run.isBulkDone()).isTrue();
        }
    }

    /// Each leaves when all have been asked to.
    @Test
    void loadersThatLoseTheirTurnAreAskedToLeaveAtTheSameTime() throws Exception {
        int many = 10;
        var begun = new CountDownLatch(many);
        var asked = new CountDownLatch(many);
        Queue<Boolean> left = new ConcurrentLinkedQueue<>();
        ExternalSource source = new Steps(null) {
            @Override
            public Loader open(Discovery discovery, String topic) {
                begun.countDown();
                try {
                    Thread.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    asked.countDown();
                    left.add(isDone(asked));
                }
                throw new AlluviumException(ErrorCode.UNKNOWN, "asked to leave");
            }
        };
        List<LoaderRun> runs = Stream.generate(() -> run(source)).limit(many).toList();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        group.takeAway(IntStream.range(0, 12).boxed().collect(Collectors.toSet()));

        TestCluster.await("all have left", () -> left.size() == many);
        runs.forEach(LoaderRun::close);
        assertThat(left).doesNotContain(false);
    }

    private static boolean isDone(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(calls.poll(60, TimeUnit.SECONDS));
    }

    private static Position at(int place) {
        return new Position(Map.of("at", Integer.toString(place)));
    }

    private LoaderRun run(ExternalSource source) {
        var policy = new RetryPolicy(new BackoffPolicy.Fixed(Duration.ofMillis(10), 0), Optional.empty());
        var run = new LoaderRun(
                source,
                new ExternalSource.Discovery(Schema.of(), List.of(), "none"),
                input,
                group,
                new Retrier(
                        policy,
                        new WaitingSource(TABLE, "file", "steps"),
                        InstantSource.system(),
                        new Random(1),
                        new Meters()));
        run.start();
        return run;
    }

    /// Notes each call; the first load does what the test says, others come to 9, and following goes on for ever.
    private class Steps implements ExternalSource, Loader {
        private @Nullable Load first;

        Steps(@Nullable Load first) {
            this.first = first;
        }

        @Override
        public Discovery discover() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Loader open(Discovery discovery, String topic) {
            return this;
        }

        @Override
        public Position loadAll(Position from, ChangeSink sink) throws InterruptedException {
            calls.add("load " + from.parts());
            Load step = first;
            first = null;
            if (step != null) {
                step.load(from, sink);
            }
            return at(9);
        }

        @Override
        public void follow(Position from, ChangeSink sink) throws InterruptedException {
            calls.add("follow " + from.parts());
            Thread.sleep(Duration.ofDays(1));
        }

        @Override
        public void close() {}
    }

    private interface Load {
        void load(Position from, ChangeSink sink) throws InterruptedException;
    }
}
