package io.alluvium.topology;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.KeyReader;
import io.alluvium.format.RowDecoder;
import io.alluvium.format.RowDecoder.Outcome;
import io.alluvium.format.ValueReader;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import io.alluvium.sql.RowTransform;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The way of one partition's records into the table: bytes are decoded into the columns of a batch, the selections
/// run over the batch, the store takes it. A record that cannot become a row is counted and left out, and whatever
/// the table had under its key stays. Owned by the thread that applies the partition's records.
///
/// The bytes of a batch are kept until the store has taken it: when another partition has brought the table other
/// columns in the meantime, they are decoded again.
final class RowPipeline {

    private static final int BATCH_ROWS = RowBatch.DEFAULT_ROWS;
    private static final int MAX_EVOLUTIONS = 16;

    private final LiveShape liveShape;
    private final TableStorage store;
    private final BadRecords bad;
    private final LeftOutFields leftOut;
    private final Intake intake;
    private final int partition;
    private final byte[][] keys = new byte[BATCH_ROWS][];
    private final byte[] @Nullable [] values = new byte[BATCH_ROWS][];
    private final long[] offsets = new long[BATCH_ROWS];
    private final SystemColumns.@Nullable Place[] places = new SystemColumns.@Nullable Place[BATCH_ROWS];
    private final boolean[] passes = new boolean[BATCH_ROWS];

    private final boolean wantsPlace;
    private boolean isRestoring;
    private TableShape shape;
    private KeyReader keyReader;
    private ValueReader reader;
    private RowDecoder decoder;
    private List<RowTransform> transforms;
    private RowBatch records;
    private ChangeBatch batch;

    RowPipeline(
            LiveShape liveShape,
            TableStorage store,
            BadRecords bad,
            LeftOutFields leftOut,
            Intake intake,
            int partition) {
        this.liveShape = liveShape;
        this.store = store;
        this.bad = bad;
        this.leftOut = leftOut;
        this.intake = intake;
        this.partition = partition;
        this.wantsPlace = liveShape.now().feed().wantsPlace();
        takeUpShape();
    }

    private RowDecoder decoder(TableShape shape) {
        Feed feed = shape.feed();
        return feed.open()
                ? JsonRowDecoder.growing(shape.records(), feed.columnsBesideValue(), feed.mostColumns(), leftOut)
                : new JsonRowDecoder(shape.records(), feed.columnsBesideValue(), false);
    }

    /// Begins a batch of records that are restored, once it is time and there is memory for it.
    void beginRestore(int size) {
        intake.awaitRoom(size);
        isRestoring = true;
    }

    void endRestore() {
        flush();
        isRestoring = false;
    }

    /// Takes one record; a full batch goes on to the store.
    void add(byte @Nullable [] key, byte @Nullable [] value, long offset, long timestamp, Headers headers) {
        if (key == null) {
            bad.add(BadRecord.keyless(place(offset), value));
            return;
        }
        decode(key, value, offset, wantsPlace ? new SystemColumns.Place(partition, offset, timestamp, headers) : null);
        if (batch.size() == BATCH_ROWS) {
            flush();
        }
    }

    private void decode(byte[] key, byte @Nullable [] value, long offset, SystemColumns.@Nullable Place place) {
        try {
            byte[] json = read(value);
            if (json == null) {
                delete(key, offset);
            } else {
                upsert(key, value, json, offset, place);
            }
        } catch (BadValueException e) {
            bad.add(BadRecord.data(place(offset), e.column(), e.reason(), key, value));
        }
    }

    /// The value as JSON, once the table has the columns that its schema asks for.
    private byte @Nullable [] read(byte @Nullable [] value) throws BadValueException {
        for (int i = 0; ; i++) {
            try {
                return reader.readRecord(value);
            } catch (OtherColumnsException e) {
                flush();
                if (i == MAX_EVOLUTIONS || !liveShape.evolve(shape.version(), e.columns(), store)) {
                    throw new BadValueException(null, notTakenUp(e.columns()));
                }
                takeUpShape();
            }
        }
    }

    private void delete(byte[] key, long offset) throws BadValueException {
        int row = batch.size();
        byte[] rowKey = keyReader.read(key, records, row);
        for (Vector column : records.columns()) {
            column.setNull(row);
        }
        keys[row] = key;
        values[row] = null;
        offsets[row] = offset;
        places[row] = null;
        batch.delete(rowKey);
    }

    private void upsert(
            byte[] key, byte @Nullable [] value, byte[] json, long offset, SystemColumns.@Nullable Place place)
            throws BadValueException {
        Outcome outcome = decoder.decode(json, records, batch.size());
        if (outcome instanceof Outcome.Evolves evolves) {
            outcome = evolve(evolves, json);
        }
        int row = batch.size();
        switch (outcome) {
            case Outcome.Decoded decoded -> {
                byte[] rowKey = keyReader.read(key, records, row);
                if (place != null) {
                    shape.feed().fill(records, row, place);
                }
                keys[row] = key;
                values[row] = value;
                offsets[row] = offset;
                places[row] = place;
                batch.upsert(rowKey);
            }
            case Outcome.Malformed malformed -> throw new BadValueException(malformed.column(), malformed.reason());
            case Outcome.Evolves again -> throw new BadValueException(null, notTakenUp(again.schema()));
        }
    }

    private static String notTakenUp(Schema columns) {
        return "it needs columns that the table cannot take up: " + columns;
    }

    /// Lets the table take other columns up and decodes the value again, more than once when others change
    /// them too.
    private Outcome evolve(Outcome.Evolves first, byte[] json) {
        flush();
        Outcome outcome = first;
        for (int i = 0; i < MAX_EVOLUTIONS && outcome instanceof Outcome.Evolves evolves; i++) {
            if (!liveShape.evolve(shape.version(), evolves.schema(), store)) {
                return evolves;
            }
            takeUpShape();
            outcome = decoder.decode(json, records, batch.size());
        }
        return outcome;
    }

    /// Hands what was added to the store, where it becomes visible.
    void flush() {
        if (batch.size() == 0) {
            return;
        }
        if (!isRestoring) {
            intake.admit();
        }
        while (liveShape.now().version() != shape.version() || !applied()) {
            decodeAgain();
        }
        batch.clear();
    }

    private boolean applied() {
        RowBatch rows = records;
        rows.setSize(batch.size());
        for (RowTransform transform : transforms) {
            rows = transform.apply(rows, passes, this::failed);
            for (int i = 0; i < batch.size(); i++) {
                if (!passes[i] && batch.kind(i) == ChangeBatch.Kind.UPSERT) {
                    batch.turnIntoDelete(i);
                }
            }
        }
        batch.setRows(inOrder(rows));
        return store.apply(partition, batch);
    }

    private void failed(int row, AlluviumException fault) {
        if (batch.kind(row) == ChangeBatch.Kind.UPSERT) {
            bad.add(new BadRecord(
                    place(offsets[row]),
                    fault.category(),
                    null,
                    String.valueOf(fault.getMessage()),
                    keys[row],
                    values[row]));
            batch.skip(row);
        }
    }

    private RowBatch inOrder(RowBatch given) {
        if (shape.isInOrder()) {
            return given;
        }
        List<Vector> columns = new ArrayList<>();
        for (int column : shape.order()) {
            columns.add(given.column(column));
        }
        return new RowBatch(columns, given.size());
    }

    private void decodeAgain() {
        int size = batch.size();
        byte[][] again = Arrays.copyOf(keys, size);
        byte[] @Nullable [] bytes = Arrays.copyOf(values, size);
        long[] from = Arrays.copyOf(offsets, size);
        SystemColumns.@Nullable Place[] there = Arrays.copyOf(places, size);
        takeUpShape();
        for (int i = 0; i < size; i++) {
            decode(again[i], bytes[i], from[i], there[i]);
        }
    }

    private void takeUpShape() {
        shape = liveShape.now();
        keyReader = shape.feed().keys().reader();
        reader = shape.feed().reader(shape.records(), true);
        decoder = decoder(shape);
        transforms = shape.transforms();
        records = RowBatch.forSchema(shape.records(), BATCH_ROWS);
        batch = new ChangeBatch(records, BATCH_ROWS);
    }

    private String place(long offset) {
        return BadRecord.place(shape.feed().topic().name(), partition, offset);
    }
}
