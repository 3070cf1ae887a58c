package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Messages of the package `google.protobuf` that stand for one value: moments and durations are texts, a wrapper
/// is the value that it wraps.
final class ProtobufWellKnown implements ProtobufType {

    private static final String PACKAGE = "google.protobuf.";
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long FIRST_SECOND =
            Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final long LONGEST_SECONDS = 315_576_000_000L;

    private static final ProtobufWellKnown TIMESTAMP = new ProtobufWellKnown(ColumnType.TIMESTAMPTZ, null);
    private static final ProtobufWellKnown DURATION = new ProtobufWellKnown(ColumnType.VARCHAR, null);

    private final ColumnType columnType;
    private final @Nullable ProtobufScalar wrapped;

    private ProtobufWellKnown(ColumnType columnType, @Nullable ProtobufScalar wrapped) {
        this.columnType = columnType;
        this.wrapped = wrapped;
    }

    /// The type of a full name, where it is one of these.
    static Optional<ProtobufWellKnown> named(String name) {
        if (!name.startsWith(PACKAGE)) {
            return Optional.empty();
        }
        return switch (name.substring(PACKAGE.length())) {
            case "Timestamp" -> Optional.of(TIMESTAMP);
            case "Duration" -> Optional.of(DURATION);
            case "DoubleValue" -> wrapper(ProtobufScalar.DOUBLE);
            case "FloatValue" -> wrapper(ProtobufScalar.FLOAT);
            case "Int32Value" -> wrapper(ProtobufScalar.INT32);
            case "Int64Value" -> wrapper(ProtobufScalar.INT64);
            case "UInt32Value" -> wrapper(ProtobufScalar.UINT32);
            case "UInt64Value" -> wrapper(ProtobufScalar.UINT64);
            case "BoolValue" -> wrapper(ProtobufScalar.BOOL);
            case "StringValue" -> wrapper(ProtobufScalar.STRING);
            case "BytesValue" -> wrapper(ProtobufScalar.BYTES);
            default -> Optional.empty();
        };
    }

    private static Optional<ProtobufWellKnown> wrapper(ProtobufScalar wrapped) {
        return Optional.of(new ProtobufWellKnown(wrapped.columnType(), wrapped));
    }

    @Override
    public ColumnType columnType() {
        return columnType;
    }

    @Override
    public int wireType() {
        return ProtobufInput.LENGTH;
    }

    @Override
    public void write(ProtobufInput in, int from, int to, JsonBytes out) throws BadValueException {
        if (wrapped != null) {
            unwrap(wrapped, in, from, to, out);
            return;
        }
        long seconds = 0;
        long nanos = 0;
        in.range(from, to);
        while (in.hasMore()) {
            int tag = in.tag();
            switch (tag) {
                case 1 << 3 -> seconds = in.varint();
                case 2 << 3 -> nanos = (int) in.varint();
                default -> in.skip(tag & 7, tag >>> 3);
            }
        }
        if (this == TIMESTAMP) {
            timestamp(seconds, nanos, in, out);
        } else {
            duration(seconds, nanos, in, out);
        }
    }

    private static void timestamp(long seconds, long nanos, ProtobufInput in, JsonBytes out) throws BadValueException {
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw in.bad("there is no timestamp of " + seconds + " s and " + nanos + " ns");
        }
        out.writeQuoted(Instant.ofEpochSecond(seconds, nanos).toString());
    }

    /// As `-1.5s`.
    private static void duration(long seconds, long nanos, ProtobufInput in, JsonBytes out) throws BadValueException {
        boolean fits = Math.abs(nanos) < NANOS_PER_SECOND
                && seconds >= -LONGEST_SECONDS
                && seconds <= LONGEST_SECONDS
                && Long.signum(seconds) * Long.signum(nanos) >= 0;
        if (!fits) {
            throw in.bad("there is no duration of " + seconds + " s and " + nanos + " ns");
        }
        String sign = seconds < 0 || nanos < 0 ? "-" : "";
        String fraction = nanos == 0
                ? ""
                : "." + Long.toString(NANOS_PER_SECOND + Math.abs(nanos)).substring(1);
        out.writeQuoted(sign + Math.abs(seconds) + withoutZeros(fraction) + "s");
    }

    private static String withoutZeros(String fraction) {
        int end = fraction.length();
        while (end > 0 && fraction.charAt(end - 1) == '0') {
            end--;
        }
        return fraction.substring(0, end);
    }

    private static void unwrap(ProtobufScalar wrapped, ProtobufInput in, int from, int to, JsonBytes out)
            throws BadValueException {
        int start = -1;
        int stop = -1;
        in.range(from, to);
        while (in.hasMore()) {
            int tag = in.tag();
            if (tag != (1 << 3 | wrapped.wireType())) {
                in.skip(tag & 7, tag >>> 3);
                continue;
            }
            int length = wrapped.wireType() == ProtobufInput.LENGTH ? in.length() : 0;
            start = in.at();
            if (length > 0) {
                in.range(start + length, to);
            } else if (wrapped.wireType() != ProtobufInput.LENGTH) {
                in.skip(wrapped.wireType(), 1);
            }
            stop = in.at();
        }
        if (start < 0) {
            wrapped.writeDefault(out);
        } else {
            wrapped.write(in, start, stop, out);
        }
    }

    @Override
    public void writeDefault(JsonBytes out) {
        if (wrapped != null) {
            wrapped.writeDefault(out);
        } else {
            out.writeQuoted(this == TIMESTAMP ? "1970-01-01T00:00:00Z" : "0s");
        }
    }
}
