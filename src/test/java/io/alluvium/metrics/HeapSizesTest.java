package io.alluvium.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapSizesTest {

    @Test
    void anArrayOfMoreThanHalfARegionHasWholeRegions() {
        long region = 1 << 20;
        assertThat(HeapSizes.withRegion(region / 2, region)).isEqualTo(region / 2);
        assertThat(HeapSizes.withRegion(region / 2 + 8, region)).isEqualTo(region);
        assertThat(HeapSizes.withRegion(region + 8, region)).isEqualTo(2 * region);
        assertThat(HeapSizes.withRegion(region + 8, 0)).as("no regions").isEqualTo(region + 8);
    }

    @Test
    void sizesAreMultiplesOfTheAlignmentAndGrowWithTheLength() {
        for (int length = 0; length < 100; length++) {
            assertThat(HeapSizes.bytes(length) % 8).isZero();
            assertThat(HeapSizes.longs(length)).isGreaterThanOrEqualTo(8L * length + 12);
            assertThat(HeapSizes.ints(length)).isBetween(4L * length + 12, 4L * length + 32);
        }
    }

    @Test
    void aTextTakesTwiceAsMuchWhenOneOfItsCharactersIsNotLatin() {
        String latin = "a".repeat(1_000);
        assertThat(HeapSizes.text(latin + "Ω") - HeapSizes.text(latin + "a")).isBetween(990L, 1_010L);
    }
}
