package io.alluvium.format.parquet;

import io.alluvium.format.BlockCompression;
import io.alluvium.format.DamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/// The pages of one group of rows, read when they are asked for. What goes wrong comes out as an
/// UncheckedIOException. Belongs to one thread.
final class ParquetPages implements PageReadStore {

    private final FileChannel channel;
    private final ParquetFooter.Group group;

    ParquetPages(FileChannel channel, ParquetFooter.Group group) {
        this.channel = channel;
        this.group = group;
    }

    /// How a column is compressed; null when this version does not have it.
    static @Nullable BlockCompression compression(CompressionCodec codec) {
        return switch (codec) {
            case UNCOMPRESSED -> BlockCompression.NONE;
            case SNAPPY -> BlockCompression.SNAPPY;
            case GZIP -> BlockCompression.GZIP;
            case ZSTD -> BlockCompression.ZSTD;
            case LZ4_RAW -> BlockCompression.LZ4;
            case LZ4 -> BlockCompression.LZ4_HADOOP;
            case BROTLI, LZO -> null;
        };
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        String name = String.join(".", column.getPath());
        ColumnMetaData chunk = group.chunks().get(name);
        BlockCompression compression = chunk == null ? null : compression(chunk.getCodec());
        if (chunk == null || compression == null) {
            throw new UncheckedIOException(new DamagedException("the column " + name + " is not there"));
        }
        return new Pages(channel, name, chunk, compression);
    }

    @Override
    public long getRowCount() {
        return group.rows();
    }

    private static final class Pages implements PageReader {
        private final String name;
        private final ColumnMetaData chunk;
        private final BlockCompression compression;
        private final ChunkInput input;
        private long valuesLeft;
        private @Nullable PageHeader ahead;

        Pages(FileChannel channel, String name, ColumnMetaData chunk, BlockCompression compression) {
            this.name = name;
            this.chunk = chunk;
            this.compression = compression;
            long start = ParquetFooter.start(chunk);
            this.input = new ChunkInput(channel, start, start + chunk.getTotal_compressed_size());
            this.valuesLeft = chunk.getNum_values();
        }

        @Override
        public long getTotalValueCount() {
            return chunk.getNum_values();
        }

        @Override
        public @Nullable DictionaryPage readDictionaryPage() {
            try {
                PageHeader header = header();
                if (header.getType() != PageType.DICTIONARY_PAGE) {
                    ahead = header;
                    return null;
                }
                byte[] data = body(header, 0);
                return new DictionaryPage(
                        BytesInput.from(data),
                        header.getDictionary_page_header().getNum_values(),
                        encoding(header.getDictionary_page_header().getEncoding()));
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public @Nullable DataPage readPage() {
            try {
                while (valuesLeft > 0) {
                    PageHeader header = header();
                    switch (header.getType()) {
                        case DATA_PAGE -> {
                            return first(header, header.getData_page_header());
                        }
                        case DATA_PAGE_V2 -> {
                            return second(header, header.getData_page_header_v2());
                        }
                        case DICTIONARY_PAGE, INDEX_PAGE -> input.take(header.getCompressed_page_size());
                    }
                }
                return null;
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private PageHeader header() throws IOException {
            PageHeader known = ahead;
            if (known != null) {
                ahead = null;
                return known;
            }
            PageHeader header;
            try {
                header = Util.readPageHeader(input);
            } catch (RuntimeException e) {
                throw new DamagedException("the header of a page is damaged", e);
            } catch (IOException e) {
                throw input.failure() == null ? new DamagedException("the header of a page is damaged", e) : e;
            }
            if (header.getCompressed_page_size() < 0
                    || header.getUncompressed_page_size() < 0
                    || header.getUncompressed_page_size() > BlockCompression.LARGEST) {
                throw new DamagedException("a page would have " + header.getCompressed_page_size() + " bytes, unpacked "
                        + header.getUncompressed_page_size());
            }
            return header;
        }

        /// The page's bytes, those behind the first `plain` unpacked.
        private byte[] body(PageHeader header, int plain) throws IOException {
            byte[] data = input.take(header.getCompressed_page_size());
            if (header.isSetCrc()) {
                var crc = new CRC32();
                crc.update(data);
                if ((int) crc.getValue() != header.getCrc()) {
                    throw new DamagedException("a page does not have its checksum");
                }
            }
            if (plain > data.length || plain > header.getUncompressed_page_size() || plain < 0) {
                throw new DamagedException("a page is shorter than its levels");
            }
            if (plain == data.length) {
                return new byte[0];
            }
            return compression.unpack(data, plain, data.length - plain, header.getUncompressed_page_size() - plain);
        }

        private DataPage first(PageHeader header, DataPageHeader page) throws IOException {
            valuesLeft -= page.getNum_values();
            return new DataPageV1(
                    BytesInput.from(body(header, 0)),
                    page.getNum_values(),
                    header.getUncompressed_page_size(),
                    null,
                    encoding(page.getRepetition_level_encoding()),
                    encoding(page.getDefinition_level_encoding()),
                    encoding(page.getEncoding()));
        }

        /// A page whose levels are never compressed.
        private DataPage second(PageHeader header, DataPageHeaderV2 page) throws IOException {
            valuesLeft -= page.getNum_values();
            int repetition = page.getRepetition_levels_byte_length();
            int definition = page.getDefinition_levels_byte_length();
            byte[] raw = input.take(header.getCompressed_page_size());
            int levels = repetition + definition;
            if (repetition < 0 || definition < 0 || levels > raw.length) {
                throw new DamagedException("a page is shorter than its levels");
            }
            boolean packed = !page.isSetIs_compressed() || page.isIs_compressed();
            byte[] values = packed && raw.length > levels
                    ? compression.unpack(raw, levels, raw.length - levels, header.getUncompressed_page_size() - levels)
                    : Arrays.copyOfRange(raw, levels, raw.length);
            return DataPageV2.uncompressed(
                    page.getNum_rows(),
                    page.getNum_nulls(),
                    page.getNum_values(),
                    BytesInput.from(raw, 0, repetition),
                    BytesInput.from(raw, repetition, definition),
                    encoding(page.getEncoding()),
                    BytesInput.from(values),
                    null);
        }

        private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding)
                throws DamagedException {
            if (encoding == null) {
                throw new DamagedException("a page has an encoding that is not known");
            }
            return Encoding.valueOf(encoding.name());
        }

        private UncheckedIOException failed(IOException e) {
            return new UncheckedIOException(
                    e instanceof DamagedException
                            ? new DamagedException("in column " + name + " " + e.getMessage(), e)
                            : e);
        }
    }
}
