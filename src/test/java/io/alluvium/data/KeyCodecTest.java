package io.alluvium.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyCodecTest {

    private static final KeyCodec TEXTS = new KeyCodec(List.of(ColumnType.VARCHAR, ColumnType.VARCHAR));

    /// Few characters, among them the marks of the encoding, so that parts run into each other often.
    private static final String[] PIECES = {"", "a", "b", "|", "\0", "\u0001", "\u00ff", "a|b", ",", "é"};

    @Test
    void keysWhosePartsAreDividedElsewhereDiffer() {
        assertThat(key("a|b", "c")).isNotEqualTo(key("a", "b|c"));
        assertThat(key("a", "")).isNotEqualTo(key("", "a"));
        assertThat(key("a", null)).isNotEqualTo(key("a", ""));
        assertThat(key(null, "a")).isNotEqualTo(key("a", null));
        assertThat(key("a\0", "b")).isNotEqualTo(key("a", "\0b"));
        assertThat(key("x", "y")).isEqualTo(key("x", "y"));
    }

    @Test
    void noTwoDifferentKeysMeet() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        Map<String, List<@Nullable String>> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<@Nullable String> parts = Arrays.asList(part(random), part(random));

            List<@Nullable String> before = seen.putIfAbsent(Arrays.toString(key(parts.get(0), parts.get(1))), parts);

            assertThat(before == null || before.equals(parts))
                    .as("seed %d: %s and %s", seed, before, parts)
                    .isTrue();
        }
        assertThat(seen).hasSizeGreaterThan(1_000);
    }

    @Test
    void thePartsStandInTheirOrder() {
        assertThat(Arrays.compareUnsigned(key("a", "z"), key("b", "a"))).isNegative();
        assertThat(Arrays.compareUnsigned(key("a", "b"), key("ab", ""))).isNegative();
        assertThat(Arrays.compareUnsigned(key("a", "a"), key("a", "b"))).isNegative();
        assertThat(Arrays.compareUnsigned(key(null, "z"), key("", "a"))).isNegative();
    }

    private static @Nullable String part(Random random) {
        if (random.nextInt(20) == 0) {
            return null;
        }
        var part = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            part.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return part.toString();
    }

    private static byte[] key(@Nullable String first, @Nullable String second) {
        RowBatch batch = RowBatch.ofTypes(TEXTS.types(), 1);
        set(batch.column(0), first);
        set(batch.column(1), second);
        batch.setSize(1);
        return TEXTS.encode(batch, new int[] {0, 1}, 0);
    }

    private static void set(Vector vector, @Nullable String text) {
        if (text == null) {
            vector.setNull(0);
        } else {
            vector.setObject(0, text);
        }
    }
}
