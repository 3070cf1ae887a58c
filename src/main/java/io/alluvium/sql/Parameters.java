package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a statement is run with: the values of its parameters `?` and `$1`, the moment that CURRENT_TIMESTAMP is,
/// and the memory that the texts may take which its expressions make. Expressions compiled against it see the
/// values that are set when they are evaluated, so that a plan can be run again with others. Owned by one thread at
/// a time.
public final class Parameters {

    private final List<Vector> values;
    private final List<KernelCall> holders = new ArrayList<>();
    private @Nullable TextMemory textMemory;
    private long nowMicros;

    public Parameters(List<ColumnType> types) {
        var vectors = new ArrayList<Vector>(types.size());
        for (ColumnType type : types) {
            var vector = new Vector(type, 1);
            vector.setNull(0);
            vectors.add(vector);
        }
        this.values = List.copyOf(vectors);
    }

    /// For expressions without parameters.
    public static Parameters none() {
        return new Parameters(List.of());
    }

    public int count() {
        return values.size();
    }

    public ColumnType type(int index) {
        return values.get(index).type();
    }

    /// Sets a parameter, counted from 0.
    ///
    /// @param value null, or a value in the form that the type has in a [Vector]: `Boolean` or `Number` for LONG
    ///     and DOUBLE storage, `BigDecimal` for any DECIMAL, else the object
    public void set(int index, @Nullable Object value) {
        Vector vector = values.get(index);
        switch (value) {
            case null -> vector.setNull(0);
            case BigDecimal decimal
            when vector.type().kind() == ColumnType.Kind.DECIMAL ->
                vector.setDecimal(0, Decimals.fit(decimal, vector.type()));
            case Boolean truth -> vector.setBoolean(0, truth);
            case Number number -> {
                switch (vector.storage()) {
                    case LONG -> vector.setLong(0, number.longValue());
                    case DOUBLE -> vector.setDouble(0, number.doubleValue());
                    case OBJECT -> vector.setObject(0, number);
                }
            }
            case Object object -> vector.setObject(0, object);
        }
    }

    /// Sets a parameter from its text, as a client sends it.
    ///
    /// @throws io.alluvium.fault.AlluviumException INVALID_TEXT and the like, when the text is no value of
    ///     its type
    public void setText(int index, @Nullable String text) {
        Vector vector = values.get(index);
        if (text == null) {
            vector.setNull(0);
        } else {
            TextForms.read(text, vector, 0);
        }
    }

    /// The value of a parameter in row 0. Expressions read it, and whoever computes parameters writes it.
    public Vector value(int index) {
        return values.get(index);
    }

    /// Sets the moment that CURRENT_TIMESTAMP, CURRENT_DATE and NOW() give.
    public void setNow(Instant now) {
        nowMicros = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1_000L);
    }

    /// Accounts from now on for the long texts that the expressions make.
    public void setTextMemory(TextMemory memory) {
        textMemory = memory;
    }

    /// Lets go of the long texts that the expressions hold.
    public void forgetTexts() {
        holders.forEach(KernelCall::forgetTexts);
        holders.clear();
    }

    @Nullable
    TextMemory textMemory() {
        return textMemory;
    }

    /// Remembers an expression that holds long texts.
    void addHolder(KernelCall holder) {
        holders.add(holder);
    }

    long nowMicros() {
        return nowMicros;
    }
}
