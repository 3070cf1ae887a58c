package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the values of a topic's records are. Beside JSON every format is a way to JSON objects, so that whatever
/// comes after it has one form to deal with.
public sealed interface ValueFormat {

    /// The column of a value that is one value.
    String VALUE_COLUMN = "value";

    /// JSON objects, which need no turning.
    record Json() implements ValueFormat {}

    /// JSON objects as the serializers of a registry write them, behind the id of their schema.
    record FramedJson() implements ValueFormat {}

    /// Debezium's envelope in JSON, with its schema beside it or without: the row is its `after`.
    record Debezium() implements ValueFormat {}

    /// Text in UTF-8, which is the one column.
    record Text(String column) implements ValueFormat {}

    /// Bytes, which are the one column.
    record Binary(String column) implements ValueFormat {}

    /// A CSV record without a header; the fields are the columns in their order.
    record Csv(List<String> fields) implements ValueFormat {
        public Csv {
            fields = List.copyOf(fields);
        }
    }

    /// Values that are written with a schema: Avro, Debezium's envelope in Avro, Protobuf.
    record OfSchema(SchemaLanguage language, SchemaSource source) implements ValueFormat {}

    /// The format with the columns that its values have.
    record Found(ValueFormat format, List<Column> columns) {}

    /// @param name as the option `value.format` has it
    /// @param columns those of the values, declared or known from before
    /// @throws AlluviumException CONFIGURATION when the format cannot have these columns
    static ValueFormat of(String name, List<Column> columns) {
        return of(name, columns, Optional.empty());
    }

    /// @param schemas where the schemas of values come from, when the options say so
    static ValueFormat of(String name, List<Column> columns, Optional<SchemaSource> schemas) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "json" -> new Json();
            case "json_sr" -> new FramedJson();
            case "debezium" ->
                schemas.isPresent() ? new OfSchema(SchemaLanguage.AVRO_EVENTS, schemas.get()) : new Debezium();
            case "avro" -> ofSchema(SchemaLanguage.AVRO, schemas);
            case "protobuf" -> ofSchema(SchemaLanguage.PROTOBUF, schemas);
            case "string" -> new Text(only(name, columns).name());
            case "bytes" -> {
                Column column = only(name, columns);
                if (column.type().kind() != ColumnType.Kind.BYTEA) {
                    throw unfit(name, "its column " + column.name() + " is " + column.type() + ", not BYTEA");
                }
                yield new Binary(column.name());
            }
            case "csv" -> new Csv(columns.stream().map(Column::name).toList());
            default -> throw new IllegalArgumentException("there is no format " + name);
        };
    }

    private static ValueFormat ofSchema(SchemaLanguage language, Optional<SchemaSource> schemas) {
        return new OfSchema(
                language, schemas.orElseThrow(() -> new IllegalArgumentException(language + " without a schema")));
    }

    private static Column only(String name, List<Column> columns) {
        if (columns.size() != 1) {
            throw unfit(name, "it has one column, and " + columns.size() + " are declared");
        }
        return columns.getFirst();
    }

    private static AlluviumException unfit(String name, String why) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "the declared columns do not fit value.format = '" + name + "': " + why,
                "Declare one column beside _key, such as (_key VARCHAR, " + VALUE_COLUMN + " "
                        + (name.equalsIgnoreCase("bytes") ? "BYTEA" : "VARCHAR") + "), or none.");
    }

    /// As [#discover(String, Optional, List, int)] for a format without schemas.
    static Found discover(String name, List<byte[]> sample, int mostColumns) {
        return discover(name, Optional.empty(), sample, mostColumns);
    }

    /// Finds the columns of values.
    ///
    /// @param sample some of the topic's values
    /// @param mostColumns how many there may be
    static Found discover(String name, Optional<SchemaSource> schemas, List<byte[]> sample, int mostColumns) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "string" -> withColumns(name, List.of(Column.of(VALUE_COLUMN, ColumnType.VARCHAR)));
            case "bytes" -> withColumns(name, List.of(Column.of(VALUE_COLUMN, ColumnType.BYTEA)));
            case "csv" -> withColumns(name, CsvValueReader.columns(sample, mostColumns));
            default -> {
                ValueFormat format = of(name, List.of(), schemas);
                yield new Found(format, format.fields(sample, mostColumns));
            }
        };
    }

    private static Found withColumns(String name, List<Column> columns) {
        return new Found(of(name, columns), columns);
    }

    private List<Column> fields(List<byte[]> sample, int mostColumns) {
        if (this instanceof OfSchema(SchemaLanguage language, SchemaSource source)) {
            return SchemaValueReader.columns(language, source, sample).stream()
                    .limit(mostColumns)
                    .toList();
        }
        var found = new JsonDiscovery(mostColumns);
        ValueReader reader = reader(TargetColumns.declared(Schema.of()));
        for (byte[] value : sample) {
            try {
                byte[] json = reader.read(value);
                if (json != null) {
                    found.add(json);
                }
            } catch (BadValueException | OtherColumnsException e) {
                // Whoever loads the value counts it as a bad record.
            }
        }
        return found.schema().columns();
    }

    /// As [#reader(TargetColumns)] for columns that all are in the values and cannot become more.
    ///
    /// @param strict whether they were declared, so that values which do not fit are refused
    default ValueReader reader(Schema columns, boolean strict) {
        return reader(new TargetColumns(columns, 0, !strict, 0));
    }

    default ValueReader reader(TargetColumns target) {
        return switch (this) {
            case Json() -> value -> value;
            case FramedJson() -> new FramedValueReader();
            case Debezium() -> new DebeziumValueReader();
            case Text(String column) -> new TextValueReader(target.named(column), !target.open());
            case Binary(String column) -> TextValueReader.ofBytes(column);
            case Csv(List<String> fields) ->
                new CsvValueReader(fields.stream().map(target::named).toList(), !target.open());
            case OfSchema(SchemaLanguage language, SchemaSource source) ->
                new SchemaValueReader(language, source, target);
        };
    }

    /// Asks again for the schemas that could not be had, before anything is read anew.
    ///
    /// @throws AlluviumException when they still cannot be had
    default void awaitSchemas() {
        if (this instanceof OfSchema formatted && formatted.source() instanceof SchemaSource.Registry from) {
            from.registry().askAgain();
        }
    }
}
