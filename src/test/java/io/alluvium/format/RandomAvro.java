package io.alluvium.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Random schemas of Avro, random values of them as Avro's library has them, and what these are in JSON by the
/// rules of `docs/reference/types.md`, made without the code that is tested.
final class RandomAvro {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 3;
    private static final String[] TEXTS = {"", "a", "\"quoted\"", "line\nbreak", "ü€😀", "\u0001", "back\\slash"};

    private final Random random;
    private int names;

    RandomAvro(Random random) {
        this.random = random;
    }

    Schema record() {
        return record(0);
    }

    private Schema record(int depth) {
        Schema record = Schema.createRecord("R" + names++, null, "io.test", false);
        List<Schema.Field> fields = new ArrayList<>();
        int count = depth == 0 ? 1 + random.nextInt(8) : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            boolean isCircle = depth > 0 && random.nextInt(12) == 0;
            Schema type = isCircle ? Schema.createUnion(Schema.create(Schema.Type.NULL), record) : type(depth + 1);
            fields.add(new Schema.Field("f" + i, type));
        }
        record.setFields(fields);
        return record;
    }

    private Schema type(int depth) {
        return switch (random.nextInt(depth > DEEPEST ? 19 : 24)) {
            case 0 -> Schema.create(Schema.Type.BOOLEAN);
            case 1 -> Schema.create(Schema.Type.INT);
            case 2 -> Schema.create(Schema.Type.LONG);
            case 3 -> Schema.create(Schema.Type.FLOAT);
            case 4 -> Schema.create(Schema.Type.DOUBLE);
            case 5 -> Schema.create(Schema.Type.STRING);
            case 6 -> Schema.create(Schema.Type.BYTES);
            case 7 -> Schema.createFixed("F" + names++, null, null, random.nextInt(20));
            case 8 -> Schema.createEnum("E" + names++, null, null, List.of("RED", "GREEN", "BLUE"));
            case 9 -> decimal(Schema.create(Schema.Type.BYTES));
            case 10 -> decimal(Schema.createFixed("F" + names++, null, null, 16));
            case 11 -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
            case 12 -> LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT));
            case 13 -> LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG));
            case 14 -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
            case 15 -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
            case 16 -> LogicalTypes.localTimestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
            case 17 -> LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
            case 18 -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
            case 19 -> Schema.createArray(type(depth + 1));
            case 20 -> Schema.createMap(type(depth + 1));
            case 21 -> record(depth + 1);
            case 22 -> Schema.createUnion(Schema.create(Schema.Type.NULL), record(depth + 1));
            default ->
                Schema.createUnion(
                        Schema.create(Schema.Type.STRING),
                        Schema.create(Schema.Type.NULL),
                        Schema.create(Schema.Type.LONG),
                        record(depth + 1));
        };
    }

    private Schema decimal(Schema of) {
        int precision = 1 + random.nextInt(38);
        return LogicalTypes.decimal(precision, random.nextInt(precision + 1)).addToSchema(of);
    }

    /// A value of a schema, its logical types as the numbers, texts and bytes that they are made of.
    @Nullable
    Object value(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT -> whole(schema).intValue();
            case LONG -> whole(schema);
            case FLOAT -> random.nextInt(10) == 0 ? Float.NaN : random.nextFloat() * 1e10f;
            case DOUBLE -> random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian() * 1e20;
            case STRING ->
                schema.getLogicalType() == null
                        ? TEXTS[random.nextInt(TEXTS.length)]
                        : new UUID(random.nextLong(), random.nextLong()).toString();
            case BYTES -> ByteBuffer.wrap(octets(schema, 1 + random.nextInt(20)));
            case FIXED -> new GenericData.Fixed(schema, octets(schema, schema.getFixedSize()));
            case ENUM ->
                new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(random.nextInt(3)));
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(value(schema.getElementType()));
                }
                yield items;
            }
            case MAP -> {
                Map<String, @Nullable Object> entries = new HashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.put(TEXTS[random.nextInt(TEXTS.length)], value(schema.getValueType()));
                }
                yield entries;
            }
            case UNION ->
                value(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
            case RECORD -> {
                var record = new GenericData.Record(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
                yield record;
            }
        };
    }

    private Long whole(Schema schema) {
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        long any = random.nextBoolean() ? random.nextInt(1000) : random.nextLong();
        return switch (logical) {
            case "time-millis" -> Math.floorMod(any, 86_400_000L);
            case "time-micros" -> Math.floorMod(any, 86_400_000_000L);
            case "timestamp-millis", "local-timestamp-millis" -> any / 1000;
            default -> any;
        };
    }

    private byte[] octets(Schema schema, int size) {
        byte[] bytes = new byte[size];
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal && size > 4) {
            byte[] number = BigInteger.valueOf(random.nextInt()).toByteArray();
            java.util.Arrays.fill(bytes, number[0] < 0 ? (byte) -1 : 0);
            System.arraycopy(number, 0, bytes, size - number.length, number.length);
        } else {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    static JsonNode json(Schema schema, @Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        return switch (schema.getType()) {
            case NULL -> NODES.nullNode();
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case INT, LONG -> whole(schema, ((Number) value).longValue());
            case FLOAT -> {
                float number = (Float) value;
                yield Float.isFinite(number)
                        ? NODES.numberNode(new BigDecimal(Float.toString(number)))
                        : NODES.textNode(Float.toString(number));
            }
            case DOUBLE -> {
                double number = (Double) value;
                yield Double.isFinite(number)
                        ? NODES.numberNode(new BigDecimal(Double.toString(number)))
                        : NODES.textNode(Double.toString(number));
            }
            case STRING, ENUM -> NODES.textNode(value.toString());
            case BYTES -> octets(schema, ((ByteBuffer) value).array());
            case FIXED -> octets(schema, ((GenericData.Fixed) value).bytes());
            case ARRAY -> {
                ArrayNode items = NODES.arrayNode();
                ((List<?>) value).forEach(item -> items.add(json(schema.getElementType(), item)));
                yield items;
            }
            case MAP -> {
                ObjectNode entries = NODES.objectNode();
                ((Map<?, ?>) value).forEach((k, v) -> entries.set(k.toString(), json(schema.getValueType(), v)));
                yield entries;
            }
            case UNION -> json(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
            case RECORD -> {
                ObjectNode fields = NODES.objectNode();
                schema.getFields()
                        .forEach(field -> fields.set(
                                field.name(), json(field.schema(), ((GenericRecord) value).get(field.pos()))));
                yield fields;
            }
        };
    }

    private static JsonNode whole(Schema schema, long value) {
        if (schema.getLogicalType() == null) {
            return NODES.numberNode(value);
        }
        return NODES.textNode(
                switch (schema.getLogicalType().getName()) {
                    case "date" -> LocalDate.ofEpochDay(value).toString();
                    case "time-millis" -> time(LocalTime.ofNanoOfDay(value * 1_000_000));
                    case "time-micros" -> time(LocalTime.ofNanoOfDay(value * 1_000));
                    case "timestamp-millis" -> moment(value, 1_000) + "Z";
                    case "timestamp-micros" -> moment(value, 1_000_000) + "Z";
                    case "local-timestamp-millis" -> moment(value, 1_000);
                    case "local-timestamp-micros" -> moment(value, 1_000_000);
                    default -> throw new IllegalStateException(schema.toString());
                });
    }

    private static String time(LocalTime time) {
        return time.getSecond() == 0 && time.getNano() == 0 ? time + ":00" : time.toString();
    }

    private static String moment(long value, long unit) {
        LocalDateTime moment = LocalDateTime.ofInstant(
                Instant.ofEpochSecond(Math.floorDiv(value, unit), Math.floorMod(value, unit) * (1_000_000_000 / unit)),
                ZoneOffset.UTC);
        return moment.toLocalDate() + "T" + time(moment.toLocalTime());
    }

    private static JsonNode octets(Schema schema, byte[] bytes) {
        return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                ? NODES.numberNode(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
                : NODES.textNode(Base64.getEncoder().encodeToString(bytes));
    }

    /// Whether two values are the same, numbers by their digits.
    static boolean isEqual(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isObject() && b.isObject() && a.size() == b.size()) {
            for (Iterator<String> names = a.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                JsonNode other = b.get(name);
                if (other == null || !isEqual(a.get(name), other)) {
                    return false;
                }
            }
            return true;
        }
        if (a.isArray() && b.isArray() && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                if (!isEqual(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }
}
