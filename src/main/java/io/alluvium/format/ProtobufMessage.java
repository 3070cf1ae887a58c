package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message type: its values are objects with the fields in the order of the schema. Fields may come in any order
/// in the bytes, and repeated ones in pieces; so a value is read over once to find where its fields are, and then
/// written.
///
/// A field that may be absent and is, is left out; one that cannot be told from its default is the default.
final class ProtobufMessage implements ProtobufType {

    private static final int NO_ONEOF = -1;
    private static final byte[] NO_NAME = {};

    private List<Field> fields = List.of();
    private Map<Integer, Integer> byNumber = Map.of();
    private int oneofs;

    /// @param entry the message of a map's keys and values; null for what is no map
    /// @param hasPresence whether it may be absent
    /// @param isRequired whether a value without it is none
    /// @param oneof the group of fields of which one is set, or -1
    @SuppressWarnings("ArrayRecordComponent") // Written as it is; nothing compares fields.
    record Field(
            String name,
            byte[] json,
            int number,
            ProtobufType type,
            @Nullable ProtobufMessage entry,
            boolean isRepeated,
            boolean hasPresence,
            boolean isRequired,
            int oneof) {}

    /// Gives the message its fields; they may be of types that have this message in them.
    void link(List<Field> declared, int oneofCount) {
        fields = List.copyOf(declared);
        oneofs = oneofCount;
        byNumber = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            byNumber.put(fields.get(i).number(), i);
        }
    }

    List<Field> fields() {
        return fields;
    }

    @Override
    public ColumnType columnType() {
        return ColumnType.JSON;
    }

    @Override
    public int wireType() {
        return ProtobufInput.LENGTH;
    }

    @Override
    public void write(ProtobufInput in, int from, int to, JsonBytes out) throws BadValueException {
        in.enter();
        write(new Places(this, in, from, to), in, out, null);
        in.leave();
    }

    /// Writes a value whose fields are columns, those that are of use.
    void writeRow(ProtobufInput in, int from, int to, JsonBytes out, boolean[] wanted) throws BadValueException {
        write(new Places(this, in, from, to), in, out, wanted);
    }

    private void write(Places places, ProtobufInput in, JsonBytes out, boolean @Nullable [] wanted)
            throws BadValueException {
        out.write('{');
        boolean first = true;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (wanted != null) {
                in.column(field.name());
            }
            boolean isThere = places.counts[i] > 0;
            if (!isThere && field.isRequired()) {
                throw in.bad("the required field " + field.name() + " is missing");
            }
            if ((!isThere && field.hasPresence()) || (wanted != null && !wanted[i])) {
                continue;
            }
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write(field.json(), 0, field.json().length);
            write(field, places, i, in, out);
        }
        out.write('}');
    }

    private static void write(Field field, Places places, int index, ProtobufInput in, JsonBytes out)
            throws BadValueException {
        int count = places.counts[index];
        int[] ends = places.ends[index];
        if (field.entry() != null) {
            writeMap(field.entry(), count, ends, in, out);
        } else if (field.isRepeated()) {
            writeItems(field.type(), count, ends, in, out);
        } else if (count == 0) {
            field.type().writeDefault(out);
        } else if (count == 1 || !(field.type() instanceof ProtobufMessage)) {
            field.type().write(in, ends[2 * count - 2], ends[2 * count - 1], out);
        } else {
            // The pieces of a message are one message when they stand one after the other.
            var whole = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                whole.write(in.data(), ends[2 * i], ends[2 * i + 1] - ends[2 * i]);
            }
            byte[] bytes = whole.toByteArray();
            field.type().write(in.within(bytes), 0, bytes.length, out);
        }
    }

    private static void writeItems(ProtobufType type, int count, int[] ends, ProtobufInput in, JsonBytes out)
            throws BadValueException {
        out.write('[');
        boolean first = true;
        for (int i = 0; i < count; i++) {
            int at = ends[2 * i];
            int to = ends[2 * i + 1];
            boolean isPacked = at < 0;
            at = isPacked ? ~at : at;
            do {
                int end = to;
                if (isPacked) {
                    if (at == to) {
                        break;
                    }
                    in.range(at, to);
                    in.skip(type.wireType(), 1);
                    end = in.at();
                }
                if (!first) {
                    out.write(',');
                }
                first = false;
                type.write(in, at, end, out);
                at = end;
            } while (isPacked);
        }
        out.write(']');
    }

    private static void writeMap(ProtobufMessage entry, int count, int[] ends, ProtobufInput in, JsonBytes out)
            throws BadValueException {
        out.write('{');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.write(',');
            }
            entry.writeEntry(ends[2 * i], ends[2 * i + 1], in, out);
        }
        out.write('}');
    }

    private void writeEntry(int from, int to, ProtobufInput in, JsonBytes out) throws BadValueException {
        var places = new Places(this, in, from, to);
        boolean isText = fields.getFirst().type() == ProtobufScalar.STRING;
        if (!isText) {
            out.write('"');
        }
        write(fields.getFirst(), places, 0, in, out);
        if (!isText) {
            out.write('"');
        }
        out.write(':');
        write(fields.getLast(), places, 1, in, out);
    }

    /// The message that each entry of a map is.
    static ProtobufMessage entry(ProtobufScalar key, ProtobufType value) {
        var entry = new ProtobufMessage();
        entry.link(
                List.of(
                        new Field("key", NO_NAME, 1, key, null, false, false, false, NO_ONEOF),
                        new Field("value", NO_NAME, 2, value, null, false, false, false, NO_ONEOF)),
                0);
        return entry;
    }

    @Override
    public void writeDefault(JsonBytes out) {
        try {
            write(new ProtobufInput(new byte[0]), 0, 0, out);
        } catch (BadValueException e) {
            out.write("{}");
        }
    }

    /// Where the fields of one value are in its bytes.
    private static final class Places {
        private static final int[] NONE = {};

        /// How often each field is there.
        final int[] counts;
        /// For each field from where to where it goes, again and again; the complement of the first when there are
        /// many values one after the other.
        final int[][] ends;
        private final int[] set;

        Places(ProtobufMessage message, ProtobufInput in, int from, int to) throws BadValueException {
            counts = new int[message.fields.size()];
            ends = new int[counts.length][];
            Arrays.fill(ends, NONE);
            set = new int[message.oneofs];
            Arrays.fill(set, -1);
            in.range(from, to);
            while (in.hasMore()) {
                int tag = in.tag();
                Integer index = message.byNumber.get(tag >>> 3);
                if (index == null || !take(message.fields.get(index), index, tag & 7, in, to)) {
                    in.skip(tag & 7, tag >>> 3);
                }
            }
        }

        /// False when the value is of another wire type than the field, and so is unknown.
        private boolean take(Field field, int index, int wireType, ProtobufInput in, int to) throws BadValueException {
            boolean isMap = field.entry() != null;
            int expected = isMap ? ProtobufInput.LENGTH : field.type().wireType();
            boolean isPacked = wireType == ProtobufInput.LENGTH
                    && expected != ProtobufInput.LENGTH
                    && field.isRepeated()
                    && field.type().isPackable();
            if (wireType != expected && !isPacked) {
                return false;
            }
            int length = wireType == ProtobufInput.LENGTH ? in.length() : -1;
            int start = in.at();
            if (length >= 0) {
                in.range(start + length, to);
            } else {
                in.skip(wireType, field.number());
            }
            choose(field, index);
            boolean isLastOnly = !field.isRepeated() && !(field.type() instanceof ProtobufMessage);
            add(index, isLastOnly, isPacked ? ~start : start, in.at());
            return true;
        }

        private void choose(Field field, int index) {
            if (field.oneof() == NO_ONEOF) {
                return;
            }
            int before = set[field.oneof()];
            if (before >= 0 && before != index) {
                counts[before] = 0;
            }
            set[field.oneof()] = index;
        }

        private void add(int index, boolean isLastOnly, int from, int to) {
            int count = isLastOnly ? 0 : counts[index];
            if (ends[index].length < 2 * count + 2) {
                ends[index] = Arrays.copyOf(ends[index], count == 0 ? 2 : 4 * count + 2);
            }
            ends[index][2 * count] = from;
            ends[index][2 * count + 1] = to;
            counts[index] = count + 1;
        }
    }
}
