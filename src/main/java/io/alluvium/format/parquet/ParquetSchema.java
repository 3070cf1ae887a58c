package io.alluvium.format.parquet;

import io.alluvium.format.DamagedException;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/// Makes the tree of columns from the list that a footer has of it, in which each group is followed by its
/// children.
final class ParquetSchema {

    private static final int DEEPEST = 100;

    private final List<SchemaElement> elements;
    private int at;

    ParquetSchema(List<SchemaElement> elements) {
        this.elements = elements;
    }

    MessageType message() throws DamagedException {
        SchemaElement root = next();
        Types.MessageTypeBuilder message = Types.buildMessage();
        for (int i = 0; i < root.getNum_children(); i++) {
            message.addField(type(0));
        }
        return message.named(root.getName());
    }

    private SchemaElement next() throws DamagedException {
        if (at >= elements.size()) {
            throw new DamagedException("its list of columns is cut off");
        }
        return elements.get(at++);
    }

    private Type type(int depth) throws DamagedException {
        if (depth > DEEPEST) {
            throw new DamagedException("its columns are nested more than " + DEEPEST + " deep");
        }
        SchemaElement element = next();
        Type.Repetition repetition = repetition(element.getRepetition_type());
        if (element.isSetType()) {
            return primitive(element, repetition);
        }
        Types.GroupBuilder<GroupType> group = Types.buildGroup(repetition);
        LogicalTypeAnnotation annotation = annotation(element);
        if (annotation != null) {
            group.as(annotation);
        }
        for (int i = 0; i < element.getNum_children(); i++) {
            group.addField(type(depth + 1));
        }
        return group.named(element.getName());
    }

    private static PrimitiveType primitive(SchemaElement element, Type.Repetition repetition) throws DamagedException {
        var name = PrimitiveType.PrimitiveTypeName.valueOf(
                switch (element.getType()) {
                    case BYTE_ARRAY -> "BINARY";
                    case BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY ->
                        element.getType().name();
                });
        Types.PrimitiveBuilder<PrimitiveType> primitive = Types.primitive(name, repetition);
        if (element.isSetType_length()) {
            primitive.length(element.getType_length());
        }
        LogicalTypeAnnotation annotation = annotation(element);
        if (annotation != null) {
            primitive.as(annotation);
        }
        return primitive.named(element.getName());
    }

    private static Type.Repetition repetition(@Nullable FieldRepetitionType type) throws DamagedException {
        if (type == null) {
            throw new DamagedException("a column does not say whether it may be NULL");
        }
        return Type.Repetition.valueOf(type.name());
    }

    private static @Nullable LogicalTypeAnnotation annotation(SchemaElement element) {
        if (element.isSetLogicalType()) {
            return logical(element.getLogicalType());
        }
        ConvertedType converted = element.getConverted_type();
        if (converted == null) {
            return null;
        }
        return switch (converted) {
            case UTF8 -> LogicalTypeAnnotation.stringType();
            case ENUM -> LogicalTypeAnnotation.enumType();
            case JSON -> LogicalTypeAnnotation.jsonType();
            case BSON -> LogicalTypeAnnotation.bsonType();
            case LIST -> LogicalTypeAnnotation.listType();
            case MAP, MAP_KEY_VALUE -> LogicalTypeAnnotation.mapType();
            case DECIMAL -> LogicalTypeAnnotation.decimalType(element.getScale(), element.getPrecision());
            case DATE -> LogicalTypeAnnotation.dateType();
            case TIME_MILLIS -> LogicalTypeAnnotation.timeType(true, LogicalTypeAnnotation.TimeUnit.MILLIS);
            case TIME_MICROS -> LogicalTypeAnnotation.timeType(true, LogicalTypeAnnotation.TimeUnit.MICROS);
            case TIMESTAMP_MILLIS -> LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MILLIS);
            case TIMESTAMP_MICROS -> LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS);
            case INT_8 -> LogicalTypeAnnotation.intType(8, true);
            case INT_16 -> LogicalTypeAnnotation.intType(16, true);
            case INT_32 -> LogicalTypeAnnotation.intType(32, true);
            case INT_64 -> LogicalTypeAnnotation.intType(64, true);
            case UINT_8 -> LogicalTypeAnnotation.intType(8, false);
            case UINT_16 -> LogicalTypeAnnotation.intType(16, false);
            case UINT_32 -> LogicalTypeAnnotation.intType(32, false);
            case UINT_64 -> LogicalTypeAnnotation.intType(64, false);
            case INTERVAL -> LogicalTypeAnnotation.intervalType();
        };
    }

    private static @Nullable LogicalTypeAnnotation logical(LogicalType type) {
        return switch (type.getSetField()) {
            case STRING -> LogicalTypeAnnotation.stringType();
            case MAP -> LogicalTypeAnnotation.mapType();
            case LIST -> LogicalTypeAnnotation.listType();
            case ENUM -> LogicalTypeAnnotation.enumType();
            case DECIMAL ->
                LogicalTypeAnnotation.decimalType(
                        type.getDECIMAL().getScale(), type.getDECIMAL().getPrecision());
            case DATE -> LogicalTypeAnnotation.dateType();
            case TIME ->
                LogicalTypeAnnotation.timeType(
                        type.getTIME().isIsAdjustedToUTC(), unit(type.getTIME().getUnit()));
            case TIMESTAMP ->
                LogicalTypeAnnotation.timestampType(
                        type.getTIMESTAMP().isIsAdjustedToUTC(),
                        unit(type.getTIMESTAMP().getUnit()));
            case INTEGER ->
                LogicalTypeAnnotation.intType(
                        type.getINTEGER().getBitWidth(), type.getINTEGER().isIsSigned());
            case JSON -> LogicalTypeAnnotation.jsonType();
            case BSON -> LogicalTypeAnnotation.bsonType();
            case UUID -> LogicalTypeAnnotation.uuidType();
            case FLOAT16 -> LogicalTypeAnnotation.float16Type();
            case VARIANT -> LogicalTypeAnnotation.variantType((byte) 1);
            case UNKNOWN, GEOMETRY, GEOGRAPHY -> null;
        };
    }

    private static LogicalTypeAnnotation.TimeUnit unit(TimeUnit unit) {
        return switch (unit.getSetField()) {
            case MILLIS -> LogicalTypeAnnotation.TimeUnit.MILLIS;
            case MICROS -> LogicalTypeAnnotation.TimeUnit.MICROS;
            case NANOS -> LogicalTypeAnnotation.TimeUnit.NANOS;
        };
    }
}
