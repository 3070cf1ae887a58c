package io.alluvium.source.file;

import io.alluvium.source.LoaderContract;
import io.alluvium.source.WritableSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// Files of each kind keep the contract of loaders.
class FileLoaderContractTest {

    @TempDir
    private static Path folder;

    @Nested
    class Csv extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return WritableText.csv(folder);
        }
    }

    @Nested
    class JsonLines extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return WritableText.jsonLines(folder);
        }
    }

    @Nested
    class CsvInRanges extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return WritableText.csvInRanges(folder);
        }
    }

    @Nested
    class JsonLinesInRanges extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return WritableText.jsonLinesInRanges(folder);
        }
    }

    @Nested
    class Parquet extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return new WritableParquet(folder);
        }

        @Override
        protected int stride() {
            return 3;
        }

        @Override
        protected int manyChanges() {
            return 50;
        }
    }
}
