package io.alluvium.format;

import io.alluvium.format.ValueReader.BadValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// Writes a value of one Avro schema as JSON, straight from its bytes. A tree as deep as the schema, with a circle
/// where the schema has one; immutable once made.
///
/// Numbers are JSON numbers with all their digits, times ISO-8601 texts, bytes base64, symbols of an enum texts,
/// records, arrays and maps objects and arrays, a union the value of its branch.
abstract sealed class AvroNode {

    abstract void write(AvroInput in, JsonBytes out) throws BadValueException;

    static AvroNode of(Schema schema) {
        return node(schema, new IdentityHashMap<>());
    }

    private static AvroNode node(Schema schema, Map<Schema, Fields> records) {
        AvroMeaning meaning = AvroMeaning.of(schema);
        return switch (schema.getType()) {
            case NULL -> new Null();
            case BOOLEAN -> new Flag();
            case INT -> new Whole(meaning, true);
            case LONG -> new Whole(meaning, false);
            case FLOAT -> new Floating(true);
            case DOUBLE -> new Floating(false);
            case STRING -> new Text();
            case BYTES, FIXED -> octets(schema, meaning);
            case ENUM -> new Symbol(schema.getEnumSymbols());
            case UNION ->
                new Union(schema.getTypes().stream()
                        .map(branch -> node(branch, records))
                        .toArray(AvroNode[]::new));
            case ARRAY -> new Elements('[', ']', node(schema.getElementType(), records));
            case MAP -> new Elements('{', '}', new Entry(node(schema.getValueType(), records)));
            case RECORD -> {
                Fields known = records.get(schema);
                if (known != null) {
                    yield known;
                }
                var made = new Fields(schema.getFields());
                records.put(schema, made);
                made.fill(schema.getFields(), records);
                yield made;
            }
        };
    }

    private static AvroNode octets(Schema schema, AvroMeaning meaning) {
        int size = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : -1;
        return switch (meaning) {
            case DECIMAL -> new Decimal((LogicalTypes.Decimal) schema.getLogicalType(), size);
            case UUID -> new UuidOctets();
            default -> new Octets(size);
        };
    }

    private static final class Null extends AvroNode {
        @Override
        void write(AvroInput in, JsonBytes out) {
            out.writeNull();
        }
    }

    private static final class Flag extends AvroNode {
        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            out.write(in.readBoolean());
        }
    }

    private static final class Whole extends AvroNode {
        private final AvroMeaning meaning;
        private final boolean isInt;

        Whole(AvroMeaning meaning, boolean isInt) {
            this.meaning = meaning;
            this.isInt = isInt;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            long value = isInt ? in.readInt() : in.readLong();
            if (meaning == AvroMeaning.NONE) {
                out.write(value);
            } else {
                meaning.write(value, in, out);
            }
        }
    }

    private static final class Floating extends AvroNode {
        private final boolean isFloat;

        Floating(boolean isFloat) {
            this.isFloat = isFloat;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            if (isFloat) {
                out.write(in.readFloat());
            } else {
                out.write(in.readDouble());
            }
        }
    }

    private static final class Text extends AvroNode {
        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            writeText(in, out);
        }
    }

    private static void writeText(AvroInput in, JsonBytes out) throws BadValueException {
        int length = in.readLength();
        int from = in.at() - length;
        if (!Utf8.isValid(in.data(), from, in.at())) {
            throw in.bad("a text is not UTF-8");
        }
        out.writeString(in.data(), from, in.at());
    }

    /// Bytes, or a fixed number of them where `size` is not negative.
    private static int readOctets(AvroInput in, int size) throws BadValueException {
        if (size < 0) {
            return in.readLength();
        }
        in.skip(size);
        return size;
    }

    private static final class Octets extends AvroNode {
        private final int size;

        Octets(int size) {
            this.size = size;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            int length = readOctets(in, size);
            out.writeBase64(in.data(), in.at() - length, in.at());
        }
    }

    private static final class UuidOctets extends AvroNode {
        private static final int SIZE = 16;

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            in.skip(SIZE);
            long high = 0;
            long low = 0;
            for (int i = 0; i < SIZE / 2; i++) {
                high = high << 8 | (in.data()[in.at() - SIZE + i] & 0xFF);
                low = low << 8 | (in.data()[in.at() - SIZE / 2 + i] & 0xFF);
            }
            out.writeQuoted(new UUID(high, low).toString());
        }
    }

    private static final class Decimal extends AvroNode {
        private final int scale;
        private final int size;
        private final boolean isText;

        Decimal(LogicalTypes.Decimal type, int size) {
            this.scale = type.getScale();
            this.size = size;
            this.isText = AvroMeaning.isText(type);
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            int length = readOctets(in, size);
            if (length == 0) {
                throw in.bad("a decimal has no bytes");
            }
            var unscaled = new BigInteger(in.data(), in.at() - length, length);
            String text = new BigDecimal(unscaled, scale).toPlainString();
            if (isText) {
                out.writeQuoted(text);
            } else {
                out.write(text);
            }
        }
    }

    private static final class Symbol extends AvroNode {
        private final byte[][] symbols;

        Symbol(List<String> symbols) {
            this.symbols = symbols.stream()
                    .map(symbol -> JsonText.quoted(symbol).getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            int index = in.readInt();
            if (index < 0 || index >= symbols.length) {
                throw in.bad("an enum of " + symbols.length + " symbols has the number " + index);
            }
            out.write(symbols[index], 0, symbols[index].length);
        }
    }

    static final class Union extends AvroNode {
        private final AvroNode[] branches;

        Union(AvroNode[] branches) {
            this.branches = branches;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            read(in).write(in, out);
        }

        AvroNode read(AvroInput in) throws BadValueException {
            int index = in.readInt();
            if (index < 0 || index >= branches.length) {
                throw in.bad("a union of " + branches.length + " has the number " + index);
            }
            return branches[index];
        }
    }

    /// An array, or a map.
    private static final class Elements extends AvroNode {
        private final char begin;
        private final char end;
        private final AvroNode element;

        Elements(char begin, char end, AvroNode element) {
            this.begin = begin;
            this.end = end;
            this.element = element;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            in.enter();
            out.write(begin);
            boolean first = true;
            for (long count = in.readBlock(); count > 0; count = in.readBlock()) {
                for (long i = 0; i < count; i++) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    element.write(in, out);
                }
            }
            out.write(end);
            in.leave();
        }
    }

    /// One key of a map with its value.
    private static final class Entry extends AvroNode {
        private final AvroNode value;

        Entry(AvroNode value) {
            this.value = value;
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            writeText(in, out);
            out.write(':');
            value.write(in, out);
        }
    }

    static final class Fields extends AvroNode {
        private final String[] columns;
        private final byte[][] names;
        private final AvroNode[] fields;

        Fields(List<Schema.Field> fields) {
            this.columns = fields.stream().map(Schema.Field::name).toArray(String[]::new);
            this.names = fields.stream().map(f -> JsonText.fieldName(f.name())).toArray(byte[][]::new);
            this.fields = new AvroNode[names.length];
        }

        void fill(List<Schema.Field> given, Map<Schema, Fields> records) {
            for (int i = 0; i < fields.length; i++) {
                fields[i] = node(given.get(i).schema(), records);
            }
        }

        int size() {
            return fields.length;
        }

        AvroNode field(int index) {
            return fields[index];
        }

        String name(int index) {
            return columns[index];
        }

        @Override
        void write(AvroInput in, JsonBytes out) throws BadValueException {
            in.enter();
            out.write('{');
            for (int i = 0; i < fields.length; i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.write(names[i], 0, names[i].length);
                fields[i].write(in, out);
            }
            out.write('}');
            in.leave();
        }

        /// Writes the fields whose names are columns that are of use.
        void writeRow(AvroInput in, JsonBytes out, boolean[] wanted) throws BadValueException {
            out.write('{');
            boolean first = true;
            for (int i = 0; i < fields.length; i++) {
                in.column(columns[i]);
                int before = out.length();
                if (!first) {
                    out.write(',');
                }
                out.write(names[i], 0, names[i].length);
                fields[i].write(in, out);
                if (wanted[i]) {
                    first = false;
                } else {
                    out.cut(before);
                }
            }
            out.write('}');
        }
    }
}
