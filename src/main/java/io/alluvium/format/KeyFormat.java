package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the keys of a topic's records are: which columns they give, and which key a table has a row under.
public sealed interface KeyFormat {

    /// The column of a key that is one value.
    String KEY_COLUMN = "_key";

    /// The key stands in the values, too, and is the table's as it is.
    record InValues() implements KeyFormat {}

    /// Text in UTF-8, which is the table's key as it is.
    record Text() implements KeyFormat {}

    /// Bytes of any kind.
    record Binary() implements KeyFormat {}

    /// A whole number as Kafka's serializers write it: so many bytes, big-endian.
    record Whole(int bytes) implements KeyFormat {}

    /// A value of its own, in a format that gives JSON objects.
    ///
    /// @param columns what it gives: the one column `_key`, or a column for each field
    record Fields(ValueFormat format, List<Column> columns) implements KeyFormat {
        public Fields {
            columns = List.copyOf(columns);
        }
    }

    /// @param name as the option `key.format` has it
    /// @param schemas where the schemas of keys come from, when the options say so
    /// @param fields the columns of keys that are read as values
    static KeyFormat of(String name, Optional<SchemaSource> schemas, List<Column> fields) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "string" -> new Text();
            case "bytes" -> new Binary();
            case "int" -> new Whole(Integer.BYTES);
            case "long" -> new Whole(Long.BYTES);
            default -> new Fields(ValueFormat.of(name, List.of(), schemas), fields);
        };
    }

    /// Whether the columns have to be found before [#of] makes the format.
    static boolean isOfFields(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "string", "bytes", "int", "long" -> false;
            default -> true;
        };
    }

    /// The columns of keys that are read as values.
    ///
    /// @param sample some of the topic's keys
    /// @return none when there is no key that tells
    /// @throws AlluviumException CONFIGURATION when keys have a part that cannot be one
    static List<Column> discover(String name, Optional<SchemaSource> schemas, List<byte[]> sample) {
        ValueFormat format = ValueFormat.of(name, List.of(), schemas);
        List<Column> found = format instanceof ValueFormat.OfSchema(SchemaLanguage language, SchemaSource source)
                ? SchemaValueReader.columns(language, source, sample)
                : KeyParts.columns(format, sample);
        for (Column column : found) {
            if (column.type().kind() == ColumnType.Kind.JSON) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the keys of the topic have the field " + column.name()
                                + ", which is nested and cannot be part of a table's key",
                        "Take the key from the values: PRIMARY KEY (column), without key.format.");
            }
        }
        List<Column> columns = found.stream()
                .map(column -> new Column(column.name(), column.type(), false))
                .toList();
        return columns.size() == 1 ? key(columns.getFirst().type()) : columns;
    }

    /// The columns that keys give, NOT NULL; they are the first ones of their records.
    default List<Column> columns() {
        return switch (this) {
            case InValues() -> List.of();
            case Text() -> key(ColumnType.VARCHAR);
            case Binary() -> key(ColumnType.BYTEA);
            case Whole(int bytes) -> key(bytes == Integer.BYTES ? ColumnType.INTEGER : ColumnType.BIGINT);
            case Fields fields -> fields.columns();
        };
    }

    private static List<Column> key(ColumnType type) {
        return List.of(new Column(KEY_COLUMN, type, false));
    }

    /// Whether a record's key is the table's key byte by byte.
    default boolean isAsItIs() {
        return this instanceof InValues || this instanceof Text;
    }

    /// A reader for one thread.
    default KeyReader reader() {
        return switch (this) {
            case InValues() -> (key, into, row) -> key;
            case Text() -> new KeyReaders.Text();
            case Binary() -> new KeyReaders.Binary(codec());
            case Whole(int bytes) -> new KeyReaders.Whole(bytes, codec());
            case Fields(ValueFormat format, List<Column> columns) -> new KeyReaders.Fields(format, columns, codec());
        };
    }

    /// As [ValueFormat#awaitSchemas()] for the schemas of keys.
    default void awaitSchemas() {
        if (this instanceof Fields fields) {
            fields.format().awaitSchemas();
        }
    }

    private KeyCodec codec() {
        return new KeyCodec(columns().stream().map(Column::type).toList());
    }
}
