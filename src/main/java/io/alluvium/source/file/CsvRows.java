package io.alluvium.source.file;

import io.alluvium.format.CsvRowEncoder;

/// Rows of CSV records.
final class CsvRows extends Rows {

    private final CsvRowEncoder encoder;
    private final boolean keyed;

    CsvRows(CsvRowEncoder encoder, boolean keyed) {
        this.encoder = encoder;
        this.keyed = keyed;
    }

    @Override
    boolean make(Records records) {
        if (!encoder.encode(records.bytes())) {
            column = encoder.column();
            reason = encoder.reason();
            return false;
        }
        value = encoder.value();
        if (keyed) {
            key = encoder.key();
        }
        return true;
    }
}
