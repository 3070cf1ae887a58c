package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.source.jdbc.RowVersions.Seen;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a map, in random histories.
class RowVersionsTest {

    private record Version(String row, long mark) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itKnowsWhatAMapKnows(long seed) throws InterruptedException {
        var random = new Random(seed);
        var versions = new RowVersions();
        Map<String, Version> model = new HashMap<>();
        int keys = 1 + random.nextInt(2_000);
        for (int step = 0; step < 20_000; step++) {
            String key = key(random.nextInt(keys));
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            String row = "r" + random.nextInt(3);
            long mark = step;
            Version before = model.get(key);
            if (random.nextInt(5_000) == 0) {
                long below = (long) step - random.nextInt(3_000);
                var gone = new TreeSet<String>();
                versions.dropBelow(below, k -> gone.add(new String(k, StandardCharsets.UTF_8)));
                var expected = new TreeSet<String>();
                model.forEach((k, v) -> {
                    if (v.mark() < below) {
                        expected.add(k);
                    }
                });
                assertThat(gone).as("seed %d step %d", seed, step).isEqualTo(expected);
                model.keySet().removeAll(expected);
            } else if (random.nextInt(10) == 0) {
                versions.touch(bytes, mark);
                model.computeIfPresent(key, (k, v) -> new Version(v.row(), mark));
            } else if (before != null && random.nextInt(5) == 0) {
                assertThat(versions.see(bytes, row.getBytes(StandardCharsets.UTF_8), before.mark()))
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(Seen.TWICE);
            } else {
                boolean isOther = before == null || !before.row().equals(row);
                if (random.nextBoolean()) {
                    assertThat(versions.put(bytes, row.getBytes(StandardCharsets.UTF_8), mark))
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(isOther);
                } else {
                    assertThat(versions.see(bytes, row.getBytes(StandardCharsets.UTF_8), mark))
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(isOther ? Seen.OTHER : Seen.SAME);
                }
                model.put(key, new Version(row, mark));
            }
            assertThat(versions.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
        }
        model.forEach((key, version) -> assertThat(
                        versions.see(key.getBytes(StandardCharsets.UTF_8), new byte[0], version.mark()))
                .as("seed %d", seed)
                .isEqualTo(Seen.TWICE));
    }

    /// Some keys are empty, some longer than a page.
    private static String key(int number) {
        return number == 0 ? "" : number == 1 ? "long".repeat(300_000) : "key" + number;
    }
}
