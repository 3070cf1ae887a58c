package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.fun.SqlTrimFunction;

/// The functions of the standard, which Calcite itself brings.
final class BuiltIns {

    private final RexCall call;
    private final ColumnType type;
    private final Function<RexNode, Expression> compiler;
    private final Parameters parameters;

    private BuiltIns(RexCall call, ColumnType type, Function<RexNode, Expression> compiler, Parameters parameters) {
        this.call = call;
        this.type = type;
        this.compiler = compiler;
        this.parameters = parameters;
    }

    /// @param compiler compiles an operand
    /// @throws io.alluvium.fault.AlluviumException FEATURE_NOT_SUPPORTED when the call is none that can be
    /// evaluated
    static Expression call(
            RexCall call, ColumnType type, Function<RexNode, Expression> compiler, Parameters parameters) {
        return new BuiltIns(call, type, compiler, parameters).expression();
    }

    private Expression expression() {
        return switch (call.getOperator().getName().toUpperCase(Locale.ROOT)) {
            case "LIKE" -> like(false);
            case "ILIKE" -> like(true);
            case "||" -> type.kind() == Kind.BYTEA ? joinedBytes() : joinedText();
            case "UPPER" ->
                kernel((in, row, out) -> out.setObject(row, in[0].getText(row).toUpperCase(Locale.ROOT)), texts());
            case "LOWER" ->
                kernel((in, row, out) -> out.setObject(row, in[0].getText(row).toLowerCase(Locale.ROOT)), texts());
            case "INITCAP" -> kernel((in, row, out) -> out.setObject(row, initcap(in[0].getText(row))), texts());
            case "CHAR_LENGTH", "CHARACTER_LENGTH" ->
                kernel((in, row, out) -> out.setLong(row, TextFunctions.length(in[0].getText(row))), texts());
            case "ASCII" -> kernel((in, row, out) -> out.setLong(row, ascii(in[0].getText(row))), texts());
            case "SUBSTRING" -> substring();
            case "POSITION" -> position();
            case "TRIM" -> trim();
            case "OVERLAY" -> overlay();
            case "ABS" -> abs();
            case "MOD" ->
                Casts.cast(
                        ExpressionCompiler.arithmetic(Arithmetic.Operator.REMAINDER, type, operand(0), operand(1)),
                        type);
            case "FLOOR" -> call.operands.size() == 2 ? floorTo() : rounded(RoundingMode.FLOOR);
            case "CEIL", "CEILING" -> rounded(RoundingMode.CEILING);
            case "EXTRACT" -> extract();
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP" -> now(parameters::nowMicros);
            case "CURRENT_DATE" -> now(() -> Math.floorDiv(parameters.nowMicros(), DateTimes.MICROS_PER_DAY));
            case "CURRENT_TIME", "LOCALTIME" ->
                now(() -> Math.floorMod(parameters.nowMicros(), DateTimes.MICROS_PER_DAY));
            default -> throw ExpressionCompiler.notSupported(call.getOperator().getName());
        };
    }

    private Expression operand(int index) {
        return compiler.apply(call.operands.get(index));
    }

    private Expression operand(int index, ColumnType wanted) {
        return Casts.cast(operand(index), wanted);
    }

    private List<Expression> texts() {
        var texts = new ArrayList<Expression>();
        for (int i = 0; i < call.operands.size(); i++) {
            texts.add(operand(i, ColumnType.VARCHAR));
        }
        return texts;
    }

    private Expression kernel(Kernel kernel, List<Expression> operands) {
        return new KernelCall(type, kernel, operands, true);
    }

    private Expression joinedText() {
        return kernel(
                (in, row, out) -> out.setObject(row, TextFunctions.joined(in[0].getText(row), in[1].getText(row))),
                texts());
    }

    private Expression joinedBytes() {
        return kernel(
                (in, row, out) -> {
                    byte[] first = (byte[]) in[0].getObject(row);
                    byte[] second = (byte[]) in[1].getObject(row);
                    TextFunctions.checkLength((long) first.length + second.length);
                    byte[] joined = Arrays.copyOf(first, first.length + second.length);
                    System.arraycopy(second, 0, joined, first.length, second.length);
                    out.setObject(row, joined);
                },
                List.of(operand(0), operand(1)));
    }

    private Expression like(boolean ignoreCase) {
        var patterns = new Patterns(ignoreCase);
        return kernel(
                (in, row, out) -> {
                    String escape = in.length > 2 ? in[2].getText(row) : LikePattern.DEFAULT_ESCAPE;
                    out.setBoolean(row, patterns.of(in[1].getText(row), escape).matches(in[0].getText(row)));
                },
                texts());
    }

    /// The last pattern, made ready: in most calls it is the same for all rows.
    private static final class Patterns {
        private final boolean ignoreCase;
        private String text = "";
        private String escape = "";
        private LikePattern pattern;

        Patterns(boolean ignoreCase) {
            this.ignoreCase = ignoreCase;
            this.pattern = LikePattern.of("", "", ignoreCase);
        }

        LikePattern of(String wanted, String wantedEscape) {
            if (!wanted.equals(text) || !wantedEscape.equals(escape)) {
                pattern = LikePattern.of(wanted, wantedEscape, ignoreCase);
                text = wanted;
                escape = wantedEscape;
            }
            return pattern;
        }
    }

    private Expression substring() {
        var operands = new ArrayList<Expression>();
        operands.add(operand(0, ColumnType.VARCHAR));
        for (int i = 1; i < call.operands.size(); i++) {
            operands.add(operand(i, ColumnType.BIGINT));
        }
        return kernel(TextFunctions::substring, operands);
    }

    private Expression position() {
        if (call.operands.size() != 2) {
            throw ExpressionCompiler.notSupported("POSITION with a start");
        }
        return kernel(
                (in, row, out) -> out.setLong(row, TextFunctions.position(in[0].getText(row), in[1].getText(row))),
                texts());
    }

    private Expression trim() {
        SqlTrimFunction.Flag flag = ((RexLiteral) call.operands.getFirst()).getValueAs(SqlTrimFunction.Flag.class);
        boolean start = flag != SqlTrimFunction.Flag.TRAILING;
        boolean end = flag != SqlTrimFunction.Flag.LEADING;
        return kernel(
                (in, row, out) ->
                        out.setObject(row, TextFunctions.trimmed(in[1].getText(row), in[0].getText(row), start, end)),
                List.of(operand(1, ColumnType.VARCHAR), operand(2, ColumnType.VARCHAR)));
    }

    /// `OVERLAY(text PLACING new FROM start [FOR length])`.
    private Expression overlay() {
        var operands = new ArrayList<Expression>();
        operands.add(operand(0, ColumnType.VARCHAR));
        operands.add(operand(1, ColumnType.VARCHAR));
        for (int i = 2; i < call.operands.size(); i++) {
            operands.add(operand(i, ColumnType.BIGINT));
        }
        return kernel(
                (in, row, out) -> {
                    String text = in[0].getText(row);
                    String placed = in[1].getText(row);
                    long length = TextFunctions.length(text);
                    long from = Math.clamp(in[2].getLong(row) - 1, 0, length);
                    long replaced = in.length > 3 ? in[3].getLong(row) : TextFunctions.length(placed);
                    long to = Math.clamp(from + replaced, from, length);
                    TextFunctions.checkLength((long) text.length() + placed.length());
                    out.setObject(
                            row,
                            TextFunctions.left(text, from)
                                    + placed
                                    + text.substring(text.offsetByCodePoints(0, (int) to)));
                },
                operands);
    }

    private Expression abs() {
        Expression number = operand(0);
        Kernel kernel = switch (number.type().kind()) {
            case REAL, DOUBLE -> (in, row, out) -> out.setDouble(row, Math.abs(in[0].getDouble(row)));
            default ->
                (in, row, out) -> Decimals.store(Decimals.read(in[0], row).abs(), out, row);
        };
        return Casts.cast(new KernelCall(number.type(), kernel, List.of(number), true), type);
    }

    private Expression rounded(RoundingMode mode) {
        Expression number = operand(0);
        boolean up = mode == RoundingMode.CEILING;
        Kernel kernel = switch (number.type().kind()) {
            case REAL, DOUBLE ->
                (in, row, out) ->
                        out.setDouble(row, up ? Math.ceil(in[0].getDouble(row)) : Math.floor(in[0].getDouble(row)));
            default ->
                (in, row, out) -> Decimals.store(Decimals.read(in[0], row).setScale(0, mode), out, row);
        };
        boolean floating = number.type().storage() == Storage.DOUBLE;
        ColumnType result = floating ? ColumnType.DOUBLE : type;
        return Casts.cast(new KernelCall(result, kernel, List.of(number), true), type);
    }

    /// `FLOOR(moment TO unit)`.
    private Expression floorTo() {
        String unit = unit(1);
        Expression moment = operand(0, ColumnType.TIMESTAMP);
        Kernel kernel = (in, row, out) -> out.setLong(row, MomentFunctions.truncated(unit, in[0].getLong(row)));
        return Casts.cast(new KernelCall(ColumnType.TIMESTAMP, kernel, List.of(moment), true), type);
    }

    private Expression extract() {
        String unit = unit(0);
        Expression value = operand(1);
        boolean isTime = value.type().kind() == Kind.TIME;
        Expression moment = isTime ? value : Casts.cast(value, ColumnType.TIMESTAMP);
        Kernel kernel = (in, row, out) ->
                Decimals.store(BigDecimal.valueOf(MomentFunctions.part(unit, in[0].getLong(row))), out, row);
        return new KernelCall(type, kernel, List.of(moment), true);
    }

    private String unit(int index) {
        TimeUnitRange range = ((RexLiteral) call.operands.get(index)).getValueAs(TimeUnitRange.class);
        return String.valueOf(range).toLowerCase(Locale.ROOT);
    }

    private Expression now(java.util.function.LongSupplier moment) {
        return new KernelCall(type, (in, row, out) -> out.setLong(row, moment.getAsLong()), List.of(), true);
    }

    private static String initcap(String text) {
        var out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
            inWord = Character.isLetterOrDigit(c);
        }
        return out.toString();
    }

    private static int ascii(String text) {
        return text.isEmpty() ? 0 : text.codePointAt(0);
    }
}
