package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A schema of Avro. A record's fields are the columns; what is no record is the one column `value`.
///
/// A field of a union has the type that holds all of its branches, and is nullable when null is one of them. A
/// field that is always null is no column.
final class AvroSchema implements ParsedSchema {

    private static final Schema.Field[] NO_FIELDS = {};

    private final Schema schema;
    private final AvroNode node;

    private AvroSchema(Schema schema) {
        this.schema = schema;
        this.node = AvroNode.of(schema);
    }

    static AvroSchema parse(String text, List<RegisteredSchema.Reference> references) throws BadValueException {
        return new AvroSchema(schema(text, references));
    }

    static Schema schema(String text, List<RegisteredSchema.Reference> references) throws BadValueException {
        try {
            var parser = new Schema.Parser().setValidateDefaults(false);
            for (RegisteredSchema.Reference reference : references) {
                parser.parse(reference.text());
            }
            return parser.parse(text);
        } catch (AvroRuntimeException e) {
            throw new BadValueException(null, "it is no schema of Avro: " + firstLine(e));
        }
    }

    private static String firstLine(AvroRuntimeException e) {
        String message = e.getMessage();
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    @Override
    public List<Column> columns() {
        Schema record = record(schema);
        if (record == null) {
            return List.of(column(ValueFormat.VALUE_COLUMN, schema));
        }
        return columns(record);
    }

    /// The columns of a record's fields.
    static List<Column> columns(Schema record) {
        List<Column> columns = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            if (field.schema().getType() != Schema.Type.NULL) {
                columns.add(column(field.name(), field.schema()));
            }
        }
        return columns;
    }

    private static Column column(String name, Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return new Column(name, AvroMeaning.columnType(schema), false);
        }
        ColumnType type = null;
        boolean nullable = false;
        for (Schema branch : schema.getTypes()) {
            if (branch.getType() == Schema.Type.NULL) {
                nullable = true;
            } else {
                ColumnType other = AvroMeaning.columnType(branch);
                type = type == null ? other : Widening.of(type, other);
            }
        }
        return new Column(name, type == null ? ColumnType.VARCHAR : type, nullable);
    }

    /// The record that values are, or that they are unless they are null; null when they are something else.
    static @Nullable Schema record(Schema schema) {
        if (schema.getType() == Schema.Type.RECORD) {
            return schema;
        }
        if (schema.getType() != Schema.Type.UNION) {
            return null;
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 && branches.getFirst().getType() == Schema.Type.RECORD ? branches.getFirst() : null;
    }

    /// Which fields of a record are of use.
    static boolean[] wanted(Schema record, TargetColumns target) {
        Schema.Field[] fields = record.getFields().toArray(NO_FIELDS);
        boolean[] wanted = new boolean[fields.length];
        for (int i = 0; i < fields.length; i++) {
            wanted[i] = target.wants(fields[i].name());
        }
        return wanted;
    }

    @Override
    public Decoder decoder(TargetColumns target) {
        Schema record = record(schema);
        var in = new AvroInput();
        var out = new JsonBytes();
        return record == null
                ? (value, from) -> decodeValue(value, from, in, out)
                : rows(wanted(record, target), in, out);
    }

    private Decoder rows(boolean[] wanted, AvroInput in, JsonBytes out) {
        return (value, from) -> {
            in.open(value, from);
            out.clear();
            AvroNode row = node instanceof AvroNode.Union union ? union.read(in) : node;
            if (!(row instanceof AvroNode.Fields record)) {
                in.end();
                return null;
            }
            record.writeRow(in, out, wanted);
            in.end();
            return out.toArray();
        };
    }

    private byte[] decodeValue(byte[] value, int from, AvroInput in, JsonBytes out) throws BadValueException {
        in.open(value, from);
        in.column(ValueFormat.VALUE_COLUMN);
        out.clear();
        out.write('{');
        out.writeQuoted(ValueFormat.VALUE_COLUMN);
        out.write(':');
        node.write(in, out);
        out.write('}');
        in.end();
        return out.toArray();
    }
}
