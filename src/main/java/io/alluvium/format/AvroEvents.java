package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.registry.RegisteredSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The schema of Debezium's change events in Avro: the columns are those of the record `after`.
final class AvroEvents implements ParsedSchema {

    private static final String AFTER = "after";
    private static final String OP = "op";

    private final AvroNode.Fields event;
    private final Schema row;

    private AvroEvents(AvroNode.Fields event, Schema row) {
        this.event = event;
        this.row = row;
    }

    static AvroEvents parse(String text, List<RegisteredSchema.Reference> references) throws BadValueException {
        Schema schema = AvroSchema.schema(text, references);
        Schema.Field after = schema.getType() == Schema.Type.RECORD ? schema.getField(AFTER) : null;
        Schema row = after == null ? null : AvroSchema.record(after.schema());
        if (row == null || schema.getField(OP) == null || !(AvroNode.of(schema) instanceof AvroNode.Fields event)) {
            throw new BadValueException(
                    null,
                    "it is not the schema of a change event of Debezium, a record with 'after' and 'op' (rows that were"
                            + " taken out of their events are read with value.format = 'avro')");
        }
        return new AvroEvents(event, row);
    }

    @Override
    public List<Column> columns() {
        return AvroSchema.columns(row);
    }

    @Override
    public Decoder decoder(TargetColumns target) {
        return new EventDecoder(event, AvroSchema.wanted(row, target));
    }

    private static final class EventDecoder implements Decoder {
        private final AvroNode.Fields event;
        private final boolean[] wanted;
        private final AvroInput in = new AvroInput();
        private final JsonBytes out = new JsonBytes();
        private final JsonBytes rest = new JsonBytes();

        EventDecoder(AvroNode.Fields event, boolean[] wanted) {
            this.event = event;
            this.wanted = wanted;
        }

        @Override
        public byte @Nullable [] decode(byte[] value, int from) throws BadValueException {
            in.open(value, from);
            out.clear();
            String op = "";
            for (int i = 0; i < event.size(); i++) {
                rest.clear();
                if (event.name(i).equals(AFTER)) {
                    writeAfter(event.field(i));
                    continue;
                }
                in.column(event.name(i));
                event.field(i).write(in, rest);
                if (event.name(i).equals(OP)) {
                    op = unquoted(rest.toArray());
                }
            }
            in.end();
            return DebeziumValueReader.row(op, out.length() == 0 ? null : out.toArray());
        }

        private void writeAfter(AvroNode after) throws BadValueException {
            AvroNode branch = after instanceof AvroNode.Union union ? union.read(in) : after;
            if (branch instanceof AvroNode.Fields row) {
                row.writeRow(in, out, wanted);
            }
        }

        private static String unquoted(byte[] json) {
            String text = new String(json, StandardCharsets.UTF_8);
            return text.length() > 2 ? text.substring(1, text.length() - 1) : text;
        }
    }
}
