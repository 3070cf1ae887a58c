package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `GET /api/tables/{t}/rows/{key}`: one row, answered on the event loop without a query. Used by one
/// thread.
final class RowRoute {

    private static final int KEY_SEGMENT = 4;
    /// Beyond this many tables what was prepared for them is forgotten: some may have been dropped long
    /// ago.
    private static final int MAX_PREPARED = 1000;

    private final ReadableTables tables;
    private final Map<String, Prepared> prepared = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    /// What depends on the schema alone.
    private static final class Prepared {
        private final Schema schema;
        private final int[] keyColumns;
        private final KeyText key;
        private final RowJson json;

        Prepared(TableView view) {
            schema = view.schema();
            keyColumns = view.keyColumns();
            key = new KeyText(schema, keyColumns);
            json = new RowJson(schema);
        }

        boolean fits(TableView view) {
            return schema.equals(view.schema()) && Arrays.equals(keyColumns, view.keyColumns());
        }
    }

    RowRoute(ReadableTables tables) {
        this.tables = tables;
    }

    void handle(Exchange exchange) throws IOException {
        List<String> segments = exchange.segments();
        String table = PathText.decode(segments.get(2));
        TableView view = tables.view(table);
        Prepared shape = prepare(table, view);
        byte[] key = shape.key.ofPath(segments, KEY_SEGMENT);
        long row = view.find(key);
        if (row == TableView.NO_ROW) {
            exchange.fail(notFound(table, segments));
            return;
        }
        out.reset();
        try (JsonGenerator generator = Json.generator(out)) {
            shape.json.write(view, row, generator);
        }
        exchange.sendJson(out.toByteArray());
    }

    private Prepared prepare(String table, TableView view) {
        Prepared known = prepared.get(table);
        if (known != null && known.fits(view)) {
            return known;
        }
        if (prepared.size() >= MAX_PREPARED) {
            prepared.clear();
        }
        var made = new Prepared(view);
        prepared.put(table, made);
        return made;
    }

    private static AlluviumException notFound(String table, List<String> segments) {
        String key = String.join("/", segments.subList(KEY_SEGMENT, segments.size()));
        return new AlluviumException(ErrorCode.ROW_NOT_FOUND, "the table " + table + " has no row with the key " + key);
    }
}
