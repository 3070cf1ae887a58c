package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turns CSV records of one shape into a key and a JSON object in UTF-8, NULLs left out, without making text
/// of the fields. Belongs to one thread.
public final class CsvRowEncoder {

    private static final byte[] NONE = {};

    private final CsvFields fields;
    private final int fieldCount;
    private final Target[] targets;
    private final boolean strict;
    private final @Nullable KeyCodec keyCodec;
    private final int[] keyOrder;
    private final RowBatch keyValues;
    private final @Nullable String missingKey;
    private final JsonBytes json = new JsonBytes();

    private byte[] key = NONE;
    private byte[] value = NONE;
    private @Nullable String column;
    private @Nullable String reason;

    /// Where one column's values stand in a record.
    public record Field(Column column, int index) {}

    /// One column, ready to be written.
    private static final class Target {
        final Column column;
        final int field;
        /// `"name":` in UTF-8.
        final byte[] name;
        final FieldText text;
        /// Its place in the key, or -1.
        final int key;

        Target(Field field, boolean strict, int key) {
            this.column = field.column();
            this.field = field.index();
            this.name = JsonText.fieldName(column.name());
            this.text = new FieldText(column.type(), strict);
            this.key = key;
        }
    }

    /// @param fieldCount how many fields a record has
    /// @param columns the columns and the fields that hold them
    /// @param key the key's columns with their types; empty when the caller knows the key
    /// @param strict whether the columns' types were declared, so that values which do not fit are refused
    public CsvRowEncoder(CsvFields fields, int fieldCount, List<Field> columns, List<Column> key, boolean strict) {
        this.fields = fields;
        this.fieldCount = fieldCount;
        this.strict = strict;
        this.keyCodec = key.isEmpty()
                ? null
                : new KeyCodec(key.stream().map(Column::type).toList());
        this.keyOrder = new int[key.size()];
        Arrays.setAll(keyOrder, i -> i);
        this.keyValues = RowBatch.forSchema(new Schema(key), 1);
        List<String> keyNames = key.stream().map(Column::name).toList();
        this.targets = columns.stream()
                .map(f -> new Target(f, strict, keyNames.indexOf(f.column().name())))
                .toArray(Target[]::new);
        this.missingKey = keyNames.stream()
                .filter(n -> columns.stream().noneMatch(f -> f.column().name().equals(n)))
                .findFirst()
                .orElse(null);
    }

    /// Encodes the record that `fields` found last in `data`, which must be valid UTF-8.
    ///
    /// @return false when it cannot be a row; [#column()] and [#reason()] say why
    public boolean encode(byte[] data) {
        if (fields.count() != fieldCount) {
            return refuse(null, "it has " + counted(fields.count()) + ", and the columns are " + fieldCount);
        }
        if (missingKey != null) {
            return refuse(missingKey, "the file has no column '" + missingKey + "', which is in the key");
        }
        json.clear();
        json.write('{');
        for (Target target : targets) {
            if (fields.isNull(data, target.field)) {
                if (target.key >= 0 || !target.column.nullable()) {
                    return refuse(
                            target.column.name(),
                            target.key >= 0 ? "the key is NULL" : "it is NULL in a NOT NULL column");
                }
            } else if (!write(data, target)) {
                return false;
            }
        }
        json.write('}');
        value = json.toArray();
        if (keyCodec != null) {
            key = keyCodec.encode(keyValues, keyOrder, 0);
        }
        return true;
    }

    private boolean write(byte[] data, Target target) {
        fields.select(data, target.field);
        byte[] bytes = fields.bytes();
        if (json.length() > 1) {
            json.write(',');
        }
        json.write(target.name, 0, target.name.length);
        boolean fits = target.text.write(bytes, fields.from(), fields.to(), json)
                && (target.key < 0
                        || target.text.read(bytes, fields.from(), fields.to(), keyValues.column(target.key)));
        if (fits) {
            return true;
        }
        String value = FieldText.text(fields.bytes(), fields.from(), fields.to());
        String what = Misfit.reason(value, target.column.type());
        return refuse(
                target.column.name(),
                strict ? what : what + ", the type found for the key; declare the column VARCHAR");
    }

    private boolean refuse(@Nullable String where, String why) {
        column = where;
        reason = why;
        return false;
    }

    private static String counted(int count) {
        return count == 1 ? "1 field" : count + " fields";
    }

    /// The key of the row that was encoded last; empty without key columns.
    public byte[] key() {
        return key;
    }

    public byte[] value() {
        return value;
    }

    /// The column at fault, where there is one.
    public @Nullable String column() {
        return column;
    }

    /// Why the last record is no row.
    public String reason() {
        return Objects.requireNonNull(reason);
    }
}
