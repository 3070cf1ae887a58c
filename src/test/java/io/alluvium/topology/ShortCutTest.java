package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ShortCutTest {

    private final AtomicBoolean paused = new AtomicBoolean();
    private final ShortCut shortCut = new ShortCut(paused::get);
    private final List<Long> taken = new ArrayList<>();
    private final ShortCut.Entrance entrance = records -> records.forEach(record -> taken.add(record.offset()));

    @Test
    void allButTheLastRecordOfAPollAreTaken() {
        shortCut.open(0, entrance);

        assertThat(offsets(shortCut.take(0, records(1, 5)))).containsExactly(5L);

        assertThat(taken).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aSingleRecordGoesThroughKafkaStreams() {
        shortCut.open(0, entrance);

        assertThat(offsets(shortCut.take(0, records(7, 7)))).containsExactly(7L);

        assertThat(taken).isEmpty();
    }

    @Test
    void nothingIsTakenOfAPartitionThatIsNotOpen() {
        shortCut.open(1, entrance);

        assertThat(offsets(shortCut.take(0, records(1, 3)))).containsExactly(1L, 2L, 3L);

        assertThat(taken).isEmpty();
    }

    @Test
    void aPartitionIsPassedWithTheMarkersBehindItsRecordsOnceAllOfThemAreProcessed() {
        assertThat(shortCut.passed(0)).isEqualTo(-1);
        shortCut.take(0, records(1, 3));
        shortCut.polled(0, 5);
        shortCut.processed(0, 2);
        assertThat(shortCut.passed(0)).isEqualTo(-1);

        shortCut.processed(0, 3);
        assertThat(shortCut.passed(0)).isEqualTo(5);

        shortCut.begin(0);
        assertThat(shortCut.passed(0)).isEqualTo(-1);
    }

    @Test
    void nothingOvertakesWhatKafkaStreamsHasNotProcessedYet() {
        shortCut.take(0, records(1, 3));
        shortCut.open(0, entrance);
        shortCut.processed(0, 2);

        assertThat(offsets(shortCut.take(0, records(4, 6)))).containsExactly(4L, 5L, 6L);
        shortCut.processed(0, 3);
        assertThat(offsets(shortCut.take(0, records(7, 8)))).containsExactly(7L, 8L);
        shortCut.processed(0, 8);
        assertThat(offsets(shortCut.take(0, records(9, 11)))).containsExactly(11L);

        assertThat(taken).containsExactly(9L, 10L);
    }

    @Test
    void nothingIsTakenWhileTheTableIsPaused() {
        shortCut.open(0, entrance);
        paused.set(true);

        assertThat(offsets(shortCut.take(0, records(1, 3)))).containsExactly(1L, 2L, 3L);

        assertThat(taken).isEmpty();
    }

    @Test
    void aClosedProcessorDoesNotCloseTheOneThatHasTakenItsPlace() {
        shortCut.open(0, records -> {
            throw new IllegalStateException("closed");
        });
        shortCut.open(0, entrance);
        shortCut.close(0, records -> {});

        assertThat(offsets(shortCut.take(0, records(1, 2)))).containsExactly(2L);
        shortCut.close(0, entrance);
        shortCut.processed(0, 2);
        assertThat(offsets(shortCut.take(0, records(3, 4)))).containsExactly(3L, 4L);

        assertThat(taken).containsExactly(1L);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(offset -> new ConsumerRecord<>("topic", 0, offset, new byte[] {1}, new byte[] {2}))
                .toList();
    }

    private static List<Long> offsets(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(ConsumerRecord::offset).toList();
    }
}
