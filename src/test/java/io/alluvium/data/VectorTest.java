package io.alluvium.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorTest {

    private final Vector vector = new Vector(ColumnType.VARCHAR, 4);
    private final byte[] source = bytes("ab größe NEW NEW");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void set(int row, String text) {
        byte[] wanted = bytes(text);
        int from = new String(source, StandardCharsets.ISO_8859_1)
                .indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
        vector.setUtf8(row, source, from, wanted.length);
    }

    @Test
    void aSliceIsReadAsTextAsAnObjectAndAsBytes() {
        set(0, "größe");
        set(1, "ab");

        assertThat(vector.isNull(0)).isFalse();
        assertThat(vector.isUtf8(0)).isTrue();
        assertThat(vector.getUtf8(0)).isEqualTo(bytes("größe"));
        assertThat(vector.getText(0)).isEqualTo("größe");
        assertThat(vector.getObject(0)).isSameAs(vector.getText(0));
        assertThat(vector.getUtf8(0)).isEqualTo(bytes("größe"));
        assertThat(vector.objects()).startsWith("größe", "ab");
    }

    @Test
    void whatIsSetLaterTakesThePlaceOfASlice() {
        for (int row = 0; row < 4; row++) {
            set(row, "ab");
        }
        vector.setObject(0, "other");
        vector.setNull(1);
        set(2, "NEW");

        assertThat(vector.getText(0)).isEqualTo("other");
        assertThat(vector.getUtf8(0)).isEqualTo(bytes("other"));
        assertThat(vector.isNull(1)).isTrue();
        assertThat(vector.getText(2)).isEqualTo("NEW");
        assertThat(vector.objects()).containsExactly("other", null, "NEW", "ab");
    }

    @Test
    void aSliceTakesThePlaceOfAnObjectAndOfANull() {
        vector.setObject(0, "other");
        vector.setNull(1);
        set(0, "ab");
        set(1, "NEW");

        assertThat(vector.getText(0)).isEqualTo("ab");
        assertThat(vector.getText(1)).isEqualTo("NEW");
    }

    @Test
    void objectsThatAreWrittenInTheArrayAreNotHiddenBySlices() {
        set(0, "ab");
        set(1, "NEW");
        vector.objects()[0] = "written";

        assertThat(vector.isUtf8(0)).isFalse();
        assertThat(vector.getText(0)).isEqualTo("written");
        assertThat(vector.getUtf8(0)).isEqualTo(bytes("written"));
        assertThat(vector.getText(1)).isEqualTo("NEW");
    }

    @Test
    void slicesAreKeptWhenAVectorGrowsAndWhenRowsAreCopied() {
        set(3, "größe");
        vector.ensureCapacity(100);
        set(99, "NEW");
        var copy = new Vector(ColumnType.VARCHAR, 2);
        copy.setUtf8(0, source, 0, 2);
        copy.copyFrom(vector, 3, 0);
        copy.copyFrom(vector, 99, 1);

        assertThat(vector.getText(3)).isEqualTo("größe");
        assertThat(copy.getText(0)).isEqualTo("größe");
        assertThat(copy.getText(1)).isEqualTo("NEW");
    }

    @Test
    void rowsOfABatchBeforeAreNotMadeIntoTexts() {
        set(0, "ab");
        set(1, "NEW");
        vector.objects();
        set(0, "NEW");

        assertThat(vector.objects()).startsWith("NEW", "NEW");
    }

    @Test
    void keysOfSlicesAreThoseOfTexts() {
        set(0, "größe");
        var texts = new Vector(ColumnType.VARCHAR, 1);
        texts.setObject(0, "größe");
        var codec = new KeyCodec(List.of(ColumnType.VARCHAR));
        int[] first = {0};

        assertThat(codec.encode(new RowBatch(List.of(vector), 1), first, 0))
                .isEqualTo(codec.encode(new RowBatch(List.of(texts), 1), first, 0));
    }
}
