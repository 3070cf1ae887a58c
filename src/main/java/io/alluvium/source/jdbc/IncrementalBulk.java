package io.alluvium.source.jdbc;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.jdbc.Scan.Query;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// How far a first load has come: which ranges of the key are done, and where following begins. As a position:
/// `phase` is `bulk`, `value` the watermark, `ranges` the ranges, `done` a bit for each in hexadecimal. Behind it
/// `phase` is `follow`, with `value` alone. Without `value` the table had no row with one.
final class IncrementalBulk {

    private static final String PHASE = "phase";
    private static final String VALUE = "value";

    private final Optional<Watermark> watermark;
    private final KeyRanges ranges;
    private final BitSet done = new BitSet();

    IncrementalBulk(Optional<Watermark> watermark, KeyRanges ranges) {
        this.watermark = watermark;
        this.ranges = ranges;
    }

    Optional<Watermark> watermark() {
        return watermark;
    }

    /// Reads the ranges that are not done.
    ///
    /// @param position what is committed for a position of this
    void read(
            Database database,
            JdbcTable table,
            int partitions,
            int fetchSize,
            Pieces pieces,
            ChangeSink sink,
            UnaryOperator<Position> position)
            throws InterruptedException {
        List<Integer> open = IntStream.range(0, ranges.count())
                .filter(range -> !done.get(range))
                .boxed()
                .toList();
        List<Query> all = ranges.queries(table, table.wholeKey().orElse(""));
        List<Query> queries = open.stream().map(all::get).toList();
        try (var scan = new Scan(database, table, queries, partitions, fetchSize, Optional.empty(), w -> 0)) {
            for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
                for (Batch.Bad bad : batch.bad) {
                    pieces.bad(bad);
                }
                for (int i = 0; i < batch.size; i++) {
                    pieces.send(batch.keys[i], batch.values[i]);
                }
                if (batch.last) {
                    done.set(open.get(batch.query));
                }
                if (pieces.isDue()) {
                    pieces.commit(position.apply(position()));
                    sink.progress(done.cardinality(), ranges.count());
                }
            }
        }
    }

    Position position() {
        Map<String, String> parts = parts("bulk", watermark);
        parts.put("ranges", ranges.text());
        parts.put("done", HexFormat.of().formatHex(done.toByteArray()));
        return new Position(parts);
    }

    /// @throws AlluviumException POSITION_LOST when it is none of a first load
    static IncrementalBulk parse(Position position) {
        try {
            checkPhase(position, "bulk");
            var bulk = new IncrementalBulk(
                    value(position),
                    KeyRanges.parse(String.valueOf(position.parts().get("ranges"))));
            bulk.done.or(BitSet.valueOf(HexFormat.of().parseHex(position.parts().getOrDefault("done", ""))));
            return bulk;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw lost(position, e);
        }
    }

    static Position following(Optional<Watermark> reached) {
        return new Position(parts("follow", reached));
    }

    /// What [#following] was made with.
    ///
    /// @throws AlluviumException POSITION_LOST when it is another position
    static Optional<Watermark> followed(Position position) {
        try {
            checkPhase(position, "follow");
            return value(position);
        } catch (IllegalArgumentException e) {
            throw lost(position, e);
        }
    }

    private static Map<String, String> parts(String phase, Optional<Watermark> watermark) {
        Map<String, String> parts = new HashMap<>();
        parts.put(PHASE, phase);
        watermark.ifPresent(w -> parts.put(VALUE, w.text()));
        return parts;
    }

    private static void checkPhase(Position position, String phase) {
        if (!phase.equals(position.parts().get(PHASE))) {
            throw new IllegalArgumentException(phase);
        }
    }

    private static Optional<Watermark> value(Position position) {
        return Optional.ofNullable(position.parts().get(VALUE)).map(Watermark::parse);
    }

    private static AlluviumException lost(Position position, Exception cause) {
        return new AlluviumException(
                ErrorCode.POSITION_LOST,
                "the position " + position.parts() + " is none that this version knows",
                "The table is loaded again from its start.",
                cause);
    }
}
