package io.alluvium.format.parquet;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.DamagedException;
import io.alluvium.format.RowFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/// One Parquet file. Its footer is read when it is opened; pages are read as the rows need them, one of each column
/// in memory at a time.
///
/// The format is that of `parquet-format`; decoding of pages and the assembly of nested records are
/// parquet-column's, the footer's Thrift classes parquet-format-structures'.
public final class ParquetFile implements RowFile {

    private final FileChannel channel;
    private final ParquetFooter footer;

    private ParquetFile(FileChannel channel, ParquetFooter footer) {
        this.channel = channel;
        this.footer = footer;
    }

    /// @param path the file's name in errors
    /// @throws AlluviumException DATA when it is no Parquet file or its footer is damaged; FEATURE_NOT_SUPPORTED
    ///     when it is encrypted
    public static ParquetFile open(String path, FileChannel channel) throws IOException {
        try {
            return new ParquetFile(channel, ParquetFooter.read(path, channel));
        } catch (DamagedException e) {
            throw new AlluviumException(
                    ErrorCode.DATA,
                    "'" + path + "' cannot be read as Parquet: " + e.getMessage(),
                    "Write the file again, or say what it is: WITH (\"file.format\" = \"csv\")",
                    e);
        }
    }

    @Override
    public Schema columns() {
        List<Column> columns = new ArrayList<>();
        for (Type field : footer.schema().getFields()) {
            boolean isNested = !field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED);
            columns.add(Column.of(
                    field.getName(), isNested ? ColumnType.JSON : ParquetTypes.columnType(field.asPrimitiveType())));
        }
        return new Schema(columns);
    }

    @Override
    public long count() {
        return footer.rows();
    }

    @Override
    public Cursor rows(Map<String, String> columnsByField) {
        List<Type> wanted = footer.schema().getFields().stream()
                .filter(field -> columnsByField.containsKey(field.getName()))
                .toList();
        var schema = new MessageType(footer.schema().getName(), wanted);
        footer.check(schema);
        return new ParquetRows(channel, footer, schema, new ParquetJson(schema, columnsByField));
    }
}
