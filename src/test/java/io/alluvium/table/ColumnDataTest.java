package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnDataTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void append(ColumnData data, Vector vector, int count, int at) {
        int[] sources = new int[count];
        for (int i = 0; i < count; i++) {
            sources[i] = i;
        }
        data.append(vector, sources, count, at);
    }

    private static Vector texts(List<String> texts, Random random) {
        var vector = new Vector(ColumnType.VARCHAR, texts.size());
        for (int i = 0; i < texts.size(); i++) {
            if (random.nextBoolean()) {
                vector.setObject(i, texts.get(i));
            } else {
                byte[] within = bytes("<" + texts.get(i) + ">");
                vector.setUtf8(i, within, 1, within.length - 2);
            }
        }
        return vector;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aDictionaryGivesOneCodeToOneTextHoweverItComes(long seed) {
        var random = new Random(seed);
        var dictionary = new Dictionary();
        Map<String, Integer> model = new HashMap<>();
        for (int i = 0; i < 40_000; i++) {
            String text = "äx日y".substring(random.nextInt(4)) + "z".repeat(random.nextInt(30)) + random.nextInt(400);
            byte[] within = bytes("…" + text + "…");
            int code = random.nextBoolean() ? dictionary.code(text) : dictionary.code(within, 3, within.length - 6);
            Integer known = model.putIfAbsent(text, code);
            assertThat(code).as("%s, seed %d", text, seed).isEqualTo(known == null ? model.size() - 1 : known);
            assertThat(dictionary.text(code)).as("seed %d", seed).isEqualTo(text);
        }
        assertThat(dictionary.size()).isEqualTo(model.size());
    }

    @Test
    void textsAreLookedForInPlacesOfTheirOwn() {
        var places = new HashSet<Integer>();
        for (int i = 0; i < 1000; i++) {
            byte[] text = bytes("text " + i);
            places.add(Dictionary.place(KeyIndex.hash(text, 0, text.length)) & 0xFFFF);
        }
        assertThat(places).hasSizeGreaterThan(950);
    }

    /// Codes begin with one byte, then take two; when there are too many texts, chunks keep the bytes.
    @Test
    void textsAreReadBackHoweverManyThereAre() {
        var random = new Random(7);
        var dictionary = new Dictionary();
        boolean wasDictionary = true;
        int distinct = 1;
        for (int chunk = 0; wasDictionary; chunk++) {
            ColumnData data = ColumnData.create(ColumnType.VARCHAR, null, dictionary);
            wasDictionary = data instanceof DictionaryData;
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < Chunk.ROWS; i++) {
                texts.add("text " + (i % 5 == 4 ? distinct++ : random.nextInt(distinct)));
            }
            append(data, texts(texts, random), Chunk.ROWS, 0);
            ColumnData moved = ColumnData.create(ColumnType.VARCHAR, null, chunk % 3 == 0 ? null : dictionary);
            for (int row = 0; row < Chunk.ROWS; row++) {
                assertThat(data.getObject(row)).isEqualTo(texts.get(row));
                moved.appendFrom(data, row, row);
                assertThat(moved.getObject(row)).isEqualTo(texts.get(row));
            }
            var read = new Vector(ColumnType.VARCHAR, Chunk.ROWS);
            data.readRange(0, Chunk.ROWS, read, 0);
            assertThat(read.objects()).containsExactlyElementsOf(texts);
        }
        assertThat(dictionary.size()).isBetween(Dictionary.MAX_SIZE - 2 * Chunk.ROWS, Dictionary.MAX_SIZE);
    }

    @Test
    void fewTextsTakeOneByteARow() {
        var dictionary = new Dictionary();
        var data = new DictionaryData(ColumnType.VARCHAR, dictionary);
        var vector = new Vector(ColumnType.VARCHAR, Chunk.ROWS);
        for (int i = 0; i < Chunk.ROWS; i++) {
            vector.setObject(i, "text " + i % 256);
        }
        append(data, vector, Chunk.ROWS, 0);

        assertThat(data.bytes()).isBetween((long) Chunk.ROWS, Chunk.ROWS + 64L);
        assertThat(data.getObject(255)).isEqualTo("text 255");
    }

    /// What a writer has published stays as it was for whoever reads while codes become wider.
    @Test
    void readersSeePublishedTextsWhileCodesBecomeWider() throws Exception {
        for (int round = 0; round < 200; round++) {
            var data = new DictionaryData(ColumnType.VARCHAR, new Dictionary());
            var published = new AtomicInteger();
            var wrong = new AtomicReference<@Nullable String>();
            Thread reader = Thread.ofPlatform().start(() -> {
                int rows = 0;
                while (rows < 1024 && wrong.get() == null) {
                    rows = published.get();
                    for (int row = 0; row < rows; row++) {
                        if (!data.getObject(row).equals("text " + row)) {
                            wrong.set("row " + row + " of " + rows + " is " + data.getObject(row));
                        }
                    }
                }
            });
            var vector = new Vector(ColumnType.VARCHAR, 16);
            for (int at = 0; at < 1024; at += 16) {
                for (int i = 0; i < 16; i++) {
                    byte[] text = bytes("text " + (at + i));
                    vector.setUtf8(i, text, 0, text.length);
                }
                append(data, vector, 16, at);
                published.set(at + 16);
            }
            reader.join();
            assertThat(wrong.get()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aZoneMapRulesOutOnlyWhatIsNotThere(long seed) {
        var random = new Random(seed);
        for (ColumnType type : List.of(ColumnType.BIGINT, ColumnType.INTEGER)) {
            ColumnData data = ColumnData.create(type, null, null);
            List<Long> values = new ArrayList<>();
            int rows = 0;
            int nulls = 0;
            for (int batch = 0; batch < 20; batch++) {
                int count = random.nextInt(1, 40);
                var vector = new Vector(type, count);
                for (int i = 0; i < count; i++) {
                    if (random.nextInt(4) == 0) {
                        vector.setNull(i);
                        nulls++;
                    } else {
                        long value = random.nextInt() >> random.nextInt(32);
                        vector.setLong(i, value);
                        values.add(value);
                    }
                }
                append(data, vector, count, rows);
                rows += count;
                assertThat(data.mostNulls()).isEqualTo(nulls);
                for (int i = 0; i < 50; i++) {
                    long from = random.nextInt() >> random.nextInt(32);
                    long to = from + (random.nextInt(1 << 20) >> random.nextInt(20));
                    if (values.stream().anyMatch(value -> value >= from && value <= to)) {
                        assertThat(data.mayContain(from, to))
                                .as("seed %d", seed)
                                .isTrue();
                    }
                }
            }
            long least = values.stream().min(Long::compare).orElseThrow();
            long greatest = values.stream().max(Long::compare).orElseThrow();
            assertThat(data.mayContain(Long.MIN_VALUE, least - 1)).isFalse();
            assertThat(data.mayContain(greatest + 1, Long.MAX_VALUE)).isFalse();
            assertThat(data.mayContain(least, least)).isTrue();
            assertThat(data.mayContain(greatest, greatest)).isTrue();
        }
    }

    private static ColumnData doubles(double... values) {
        ColumnData data = ColumnData.create(ColumnType.DOUBLE, null, null);
        var vector = new Vector(ColumnType.DOUBLE, values.length);
        for (int i = 0; i < values.length; i++) {
            vector.setDouble(i, values[i]);
        }
        append(data, vector, values.length, 0);
        ColumnData moved = ColumnData.create(ColumnType.DOUBLE, null, null);
        for (int i = 0; i < values.length; i++) {
            moved.appendFrom(data, i, i);
        }
        return moved;
    }

    @Test
    void aZoneMapOfDoublesKnowsNoNumberAsTheGreatestAndZerosAsEqual() {
        double infinity = Double.POSITIVE_INFINITY;

        assertThat(doubles(1, 2).mayContain(1.5, 1.7)).isTrue();
        assertThat(doubles(1, 2).mayContain(2.5, Double.NaN)).isFalse();
        assertThat(doubles(1, Double.NaN).mayContain(2.5, infinity)).isFalse();
        assertThat(doubles(1, Double.NaN).mayContain(2.5, Double.NaN)).isTrue();
        assertThat(doubles(Double.NaN).mayContain(Double.NaN, Double.NaN)).isTrue();
        assertThat(doubles(Double.NaN).mayContain(-infinity, infinity)).isFalse();
        assertThat(doubles(1).mayContain(Double.NaN, Double.NaN)).isFalse();
        assertThat(doubles(-0.0).mayContain(0.0, 0.0)).isTrue();
        assertThat(doubles(0.0).mayContain(-0.0, -0.0)).isTrue();
        assertThat(doubles(infinity).mayContain(infinity, infinity)).isTrue();
        assertThat(doubles(infinity).mayContain(-infinity, 1)).isFalse();
        assertThat(doubles(-infinity).mayContain(-infinity, -infinity)).isTrue();
        assertThat(doubles().mayContain(-infinity, Double.NaN)).isFalse();
    }

    @Test
    void aColumnOfNullsContainsNothing() {
        ColumnData data = ColumnData.create(ColumnType.BIGINT, null, null);
        var vector = new Vector(ColumnType.BIGINT, 2);
        vector.setNull(0);
        vector.setNull(1);
        append(data, vector, 2, 0);

        assertThat(data.mayContain(Long.MIN_VALUE, Long.MAX_VALUE)).isFalse();
        assertThat(new AbsentData(ColumnType.BIGINT).mayContain(Long.MIN_VALUE, Long.MAX_VALUE))
                .isFalse();
        assertThat(ColumnData.create(ColumnType.VARCHAR, null, null).mayContain(0L, 0L))
                .isTrue();
    }
}
