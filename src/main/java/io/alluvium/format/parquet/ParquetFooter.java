package io.alluvium.format.parquet;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.DamagedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// What a file's footer says: its columns, and where the values of each group of rows are.
///
/// Layout of a file: `PAR1`, the pages, the footer in Thrift's compact protocol, its length as four bytes with the
/// lowest first, `PAR1`; `PARE` at the end when the footer is encrypted.
///
/// @param createdBy the writer, from which faults of old ones are known
record ParquetFooter(
        String path,
        MessageType schema,
        List<Group> groups,
        @Nullable String createdBy) {

    private static final int TAIL = 8;
    private static final int MOST_FOOTER_BYTES = 1 << 28;

    ParquetFooter {
        groups = List.copyOf(groups);
    }

    /// A group of rows.
    ///
    /// @param chunks the values of each column, by its path with dots
    record Group(long firstRow, long rows, long bytes, Map<String, ColumnMetaData> chunks) {
        Group {
            chunks = Map.copyOf(chunks);
        }
    }

    static ParquetFooter read(String path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < TAIL + 4) {
            throw new DamagedException("it has only " + size + " bytes");
        }
        ByteBuffer tail = read(channel, size - TAIL, TAIL).order(ByteOrder.LITTLE_ENDIAN);
        String magic = StandardCharsets.ISO_8859_1.decode(tail.slice(4, 4)).toString();
        if (magic.equals("PARE")) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "'" + path + "' is an encrypted Parquet file, which is not available in this version",
                    "Write it without encryption.");
        }
        if (!magic.equals("PAR1")) {
            throw new DamagedException("it does not end with PAR1");
        }
        int length = tail.getInt(0);
        if (length <= 0 || length > size - TAIL - 4 || length > MOST_FOOTER_BYTES) {
            throw new DamagedException("its footer would be " + length + " bytes long");
        }
        byte[] bytes = read(channel, size - TAIL - length, length).array();
        try {
            FileMetaData data = Util.readFileMetaData(new ByteArrayInputStream(bytes));
            return of(path, data, size);
        } catch (DamagedException | AlluviumException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new DamagedException("its footer is damaged: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new DamagedException("it is cut off at byte " + (from + bytes.position()));
            }
        }
        return bytes.flip();
    }

    private static ParquetFooter of(String path, FileMetaData data, long size) throws IOException {
        MessageType schema = new ParquetSchema(data.getSchema()).message();
        Set<String> names = new HashSet<>();
        for (Type field : schema.getFields()) {
            if (!names.add(field.getName())) {
                throw new DamagedException("it has the column '" + field.getName() + "' twice");
            }
        }
        List<Group> groups = new ArrayList<>();
        long firstRow = 0;
        for (RowGroup group : data.getRow_groups()) {
            if (group.getNum_rows() < 0) {
                throw new DamagedException("a group of its rows has " + group.getNum_rows() + " rows");
            }
            groups.add(group(path, group, firstRow, size));
            firstRow += group.getNum_rows();
        }
        return new ParquetFooter(path, schema, groups, data.getCreated_by());
    }

    private static Group group(String path, RowGroup group, long firstRow, long size) throws IOException {
        Map<String, ColumnMetaData> chunks = new HashMap<>();
        long bytes = 0;
        for (ColumnChunk chunk : group.getColumns()) {
            ColumnMetaData column = chunk.getMeta_data();
            if (column == null || chunk.isSetCrypto_metadata()) {
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "'" + path + "' has encrypted columns, which are not available in this version",
                        "Write it without encryption.");
            }
            if (chunk.isSetFile_path()) {
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "'" + path + "' keeps its values in another file ('" + chunk.getFile_path()
                                + "'), which is not available in this version",
                        "Read the files that hold the values, with a glob.");
            }
            long start = start(column);
            long length = column.getTotal_compressed_size();
            if (start < 0 || length < 0 || length > size - start) {
                throw new DamagedException("the column " + String.join(".", column.getPath_in_schema())
                        + " would lie behind the end of the file");
            }
            bytes += length;
            chunks.put(String.join(".", column.getPath_in_schema()), column);
        }
        return new Group(firstRow, group.getNum_rows(), bytes, chunks);
    }

    /// Where the pages of a column begin; the one with its dictionary comes first.
    static long start(ColumnMetaData column) {
        long dictionary = column.isSetDictionary_page_offset() ? column.getDictionary_page_offset() : 0;
        return dictionary > 0 ? Math.min(dictionary, column.getData_page_offset()) : column.getData_page_offset();
    }

    long rows() {
        return groups.isEmpty()
                ? 0
                : groups.getLast().firstRow() + groups.getLast().rows();
    }

    /// Looks whether the columns can be read.
    ///
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED when one is compressed in a way that this version does not
    ///     have
    void check(MessageType wanted) {
        for (Group group : groups) {
            for (ColumnDescriptor column : wanted.getColumns()) {
                ColumnMetaData chunk = group.chunks().get(String.join(".", column.getPath()));
                if (chunk != null && ParquetPages.compression(chunk.getCodec()) == null) {
                    throw new AlluviumException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "the column '" + column.getPath()[0] + "' of '" + path + "' is compressed with "
                                    + chunk.getCodec() + ", which is not available in this version",
                            "Write it with ZSTD, SNAPPY, GZIP, LZ4_RAW or without compression; or declare the columns"
                                    + " to read, without it.");
                }
            }
        }
    }
}
