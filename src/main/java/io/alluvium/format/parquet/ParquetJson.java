package io.alluvium.format.parquet;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.JsonBytes;
import io.alluvium.format.JsonText;
import io.alluvium.format.RowFile.Problem;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.VariantLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// Writes each row as a JSON object while parquet-column hands its values over: groups are objects, lists arrays,
/// maps objects with their keys as text (a list of entries when keys are nested). NULLs are left out of the row
/// itself and written inside of nested values. Values of a dictionary are turned into JSON once. Belongs to one
/// thread.
final class ParquetJson extends RecordMaterializer<Boolean> {

    private final JsonBytes out = new JsonBytes();
    private final JsonBytes one = new JsonBytes();
    private final Fields root;
    private @Nullable Problem problem;

    /// @param schema the columns that are read
    /// @param names their names in the row
    ParquetJson(MessageType schema, Map<String, String> names) {
        this.root = new Fields(schema, () -> {}, null, names);
    }

    void clear() {
        out.clear();
        problem = null;
    }

    /// The row that was read last.
    byte[] take() {
        return out.toArray();
    }

    @Nullable
    Problem problem() {
        return problem;
    }

    @Override
    public Boolean getCurrentRecord() {
        return Boolean.TRUE;
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }

    /// Makes room for a value: writes what stands before it.
    private interface Place {
        void open();
    }

    /// @param column the row's column that the values belong to
    private Converter converter(Type type, Place place, String column) {
        if (type.isPrimitive()) {
            return new Leaf(type.asPrimitiveType(), place, column);
        }
        GroupType group = type.asGroupType();
        boolean hasOneRepeated = group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
        return switch (group.getLogicalTypeAnnotation()) {
            case ListLogicalTypeAnnotation l when hasOneRepeated -> new Elements(group, place, column);
            case MapLogicalTypeAnnotation m
            when hasOneRepeated && hasPlainKey(group.getType(0)) ->
                new Entries(group.getType(0).asGroupType(), place, column);
            case MapLogicalTypeAnnotation m when hasOneRepeated -> new Elements(group, place, column);
            case VariantLogicalTypeAnnotation v ->
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "the column '" + column + "' is a VARIANT, which is not available in this version",
                        "Declare the columns to read, without it: CREATE TABLE t (id BIGINT PRIMARY KEY, …) AS …");
            case null, default -> new Fields(group, place, column, Map.of());
        };
    }

    private static boolean hasPlainKey(Type entry) {
        return !entry.isPrimitive()
                && entry.asGroupType().getFieldCount() <= 2
                && entry.asGroupType().getType(0).isPrimitive();
    }

    /// A group as an object.
    private final class Fields extends GroupConverter {
        private final Place place;
        private final Converter[] converters;
        private final byte[][] names;
        private final boolean[] repeated;
        private final boolean isRow;
        /// The field that may come next; those before it have been written.
        private int next;
        /// The repeated field whose array is open, or -1.
        private int array;
        private boolean isEmpty;

        Fields(GroupType group, Place place, @Nullable String column, Map<String, String> newNames) {
            this.place = place;
            this.isRow = column == null;
            int size = group.getFieldCount();
            this.converters = new Converter[size];
            this.names = new byte[size][];
            this.repeated = new boolean[size];
            for (int i = 0; i < size; i++) {
                int field = i;
                Type type = group.getType(i);
                String name = newNames.getOrDefault(type.getName(), type.getName());
                names[i] = JsonText.fieldName(name);
                repeated[i] = type.isRepetition(Type.Repetition.REPEATED);
                converters[i] = converter(type, () -> open(field), column == null ? name : column);
            }
        }

        @Override
        public Converter getConverter(int field) {
            return converters[field];
        }

        @Override
        public void start() {
            place.open();
            out.write('{');
            next = 0;
            array = -1;
            isEmpty = true;
        }

        @Override
        public void end() {
            pass(names.length);
            out.write('}');
        }

        private void open(int field) {
            if (array == field) {
                out.write(',');
                return;
            }
            pass(field);
            name(field);
            next = field + 1;
            if (repeated[field]) {
                out.write('[');
                array = field;
            }
        }

        /// Goes behind the last field that was written, over those that have no value.
        private void pass(int to) {
            if (array >= 0) {
                out.write(']');
                array = -1;
            }
            for (; next < to; next++) {
                if (repeated[next]) {
                    name(next);
                    out.write("[]");
                } else if (!isRow) {
                    name(next);
                    out.writeNull();
                }
            }
        }

        private void name(int field) {
            if (!isEmpty) {
                out.write(',');
            }
            isEmpty = false;
            out.write(names[field], 0, names[field].length);
        }
    }

    /// A list as an array.
    private final class Elements extends GroupConverter {
        private final Place place;
        private final Converter element;
        private boolean isEmpty;

        Elements(GroupType list, Place place, String column) {
            this.place = place;
            Type repeated = list.getType(0);
            this.element = isElement(list, repeated)
                    ? converter(repeated, this::separate, column)
                    : new Wrapper(repeated.asGroupType().getType(0), column);
        }

        /// Whether the repeated field is the element itself, as in lists of old writers.
        private static boolean isElement(GroupType list, Type repeated) {
            if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
                return true;
            }
            return repeated.getLogicalTypeAnnotation() != null
                    || repeated.getName().equals("array")
                    || repeated.getName().equals(list.getName() + "_tuple")
                    || repeated.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED);
        }

        private void separate() {
            if (!isEmpty) {
                out.write(',');
            }
            isEmpty = false;
        }

        @Override
        public Converter getConverter(int field) {
            return element;
        }

        @Override
        public void start() {
            place.open();
            out.write('[');
            isEmpty = true;
        }

        @Override
        public void end() {
            out.write(']');
        }

        /// The group around an element that may be NULL.
        private final class Wrapper extends GroupConverter {
            private final Converter inner;
            private boolean isNull;

            Wrapper(Type type, String column) {
                this.inner = converter(type, () -> isNull = false, column);
            }

            @Override
            public Converter getConverter(int field) {
                return inner;
            }

            @Override
            public void start() {
                separate();
                isNull = true;
            }

            @Override
            public void end() {
                if (isNull) {
                    out.writeNull();
                }
            }
        }
    }

    /// A map as an object.
    private final class Entries extends GroupConverter {
        private final Place place;
        private final Entry entry;
        private boolean isEmpty;

        Entries(GroupType entry, Place place, String column) {
            this.place = place;
            this.entry = new Entry(entry, column);
        }

        @Override
        public Converter getConverter(int field) {
            return entry;
        }

        @Override
        public void start() {
            place.open();
            out.write('{');
            isEmpty = true;
        }

        @Override
        public void end() {
            out.write('}');
        }

        private final class Entry extends GroupConverter {
            private final Converter key;
            private final @Nullable Converter value;
            private boolean isNull;

            Entry(GroupType type, String column) {
                key = new Key(type.getType(0).asPrimitiveType(), column);
                value = type.getFieldCount() < 2 ? null : converter(type.getType(1), () -> isNull = false, column);
            }

            @Override
            public Converter getConverter(int field) {
                return field == 0 || value == null ? key : value;
            }

            @Override
            public void start() {
                if (!isEmpty) {
                    out.write(',');
                }
                isEmpty = false;
                isNull = true;
            }

            @Override
            public void end() {
                if (isNull) {
                    out.writeNull();
                }
            }
        }
    }

    /// A value of a primitive column.
    private class Leaf extends PrimitiveConverter {
        private final PrimitiveTypeName physical;
        private final ParquetValue value;
        private final Place place;
        private final String column;
        private @Nullable Dictionary dictionary;
        private byte[] @Nullable [] known = {};

        Leaf(PrimitiveType type, Place place, String column) {
            this.physical = type.getPrimitiveTypeName();
            this.value = new ParquetValue(type);
            this.place = place;
            this.column = column;
        }

        /// Writes the value in `one`, or NULL in the place of one that is none.
        void put(@Nullable String fault) {
            place.open();
            if (fault == null) {
                out.write(one);
                return;
            }
            out.writeNull();
            if (problem == null) {
                problem = new Problem(column, fault);
            }
        }

        @Override
        public boolean hasDictionarySupport() {
            return switch (physical) {
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96, INT32, INT64 -> true;
                case BOOLEAN, FLOAT, DOUBLE -> false;
            };
        }

        @Override
        public void setDictionary(Dictionary values) {
            dictionary = values;
            known = new byte[values.getMaxId() + 1][];
        }

        @Override
        public void addValueFromDictionary(int id) {
            byte[] text = known[id];
            if (text != null) {
                putKnown(text);
                return;
            }
            one.clear();
            String fault = decode(Objects.requireNonNull(dictionary), id);
            if (fault == null) {
                known[id] = one.toArray();
            }
            put(fault);
        }

        void putKnown(byte[] text) {
            place.open();
            out.write(text, 0, text.length);
        }

        private @Nullable String decode(Dictionary values, int id) {
            return switch (physical) {
                case INT32 -> value.write((long) values.decodeToInt(id), one);
                case INT64 -> value.write(values.decodeToLong(id), one);
                default -> value.write(values.decodeToBinary(id).getBytesUnsafe(), one);
            };
        }

        @Override
        public void addBinary(Binary value) {
            one.clear();
            put(this.value.write(value.getBytesUnsafe(), one));
        }

        @Override
        public void addInt(int value) {
            addLong(value);
        }

        @Override
        public void addLong(long value) {
            one.clear();
            put(this.value.write(value, one));
        }

        @Override
        public void addBoolean(boolean value) {
            one.clear();
            one.write(value);
            put(null);
        }

        @Override
        public void addFloat(float value) {
            one.clear();
            one.write(value);
            put(null);
        }

        @Override
        public void addDouble(double value) {
            one.clear();
            one.write(value);
            put(null);
        }
    }

    /// The key of an entry, as a name with its colon.
    private final class Key extends Leaf {
        Key(PrimitiveType type, String column) {
            super(type, () -> {}, column);
        }

        @Override
        public boolean hasDictionarySupport() {
            return false;
        }

        @Override
        void put(@Nullable String fault) {
            boolean isText = fault == null && one.isAt(0, '"');
            if (!isText) {
                out.write('"');
            }
            super.put(fault);
            if (!isText) {
                out.write('"');
            }
            out.write(':');
        }
    }
}
