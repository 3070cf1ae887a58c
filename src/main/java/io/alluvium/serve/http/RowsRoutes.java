package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Many rows without a query: pages in key order, and lookups of many keys.
final class RowsRoutes {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final int MAX_KEYS = 100_000;

    private final ReadableTables tables;
    private final Patience patience;

    RowsRoutes(ReadableTables tables, Patience patience) {
        this.tables = tables;
        this.patience = patience;
    }

    /// `GET /api/tables/{t}/rows?limit=&after=`
    void page(Exchange exchange) throws IOException {
        int limit = limit(exchange.parameter("limit"));
        Optional<byte[]> after = exchange.parameter("after").map(PageToken::decode);
        TableView view = tables.view(PathText.decode(exchange.segments().get(2)));
        KeyPage page = KeyPage.of(view, after, limit);
        var body = new StreamedBody(exchange, Exchange.JSON, patience);
        var json = new RowJson(view.schema());
        try (JsonGenerator generator = Json.generator(body)) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("rows");
            for (byte[] key : page.keys()) {
                long row = view.find(key);
                if (row == TableView.NO_ROW) {
                    throw new IllegalStateException("a key of the view was not found in it");
                }
                json.write(view, row, generator);
            }
            generator.writeEndArray();
            if (page.hasMore()) {
                generator.writeStringField("next", PageToken.encode(page.keys().getLast()));
            }
            generator.writeEndObject();
        }
        body.finish();
    }

    private static int limit(Optional<String> text) {
        if (text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text.get());
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw badLimit(text.get(), e);
        }
        throw badLimit(text.get(), null);
    }

    private static AlluviumException badLimit(String text, @Nullable NumberFormatException cause) {
        return new AlluviumException(
                ErrorCode.INVALID_PARAMETER,
                "limit is \"" + text + "\"",
                "Give a whole number from 1 to " + MAX_LIMIT,
                cause);
    }

    /// `POST /api/tables/{t}/lookup`
    void lookup(Exchange exchange, byte[] content) throws IOException {
        JsonNode keys = Json.object(content, List.of("keys")).path("keys");
        if (!keys.isArray()) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER, "the body has no array \"keys\"", "Send {\"keys\": [\"a\", \"b\"]}");
        }
        if (keys.size() > MAX_KEYS) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    keys.size() + " keys are more than one request may have",
                    "Send at most " + MAX_KEYS + " keys a request");
        }
        TableView view = tables.view(PathText.decode(exchange.segments().get(2)));
        var keyText = new KeyText(view.schema(), view.keyColumns());
        var encoded = new ArrayList<byte[]>(keys.size());
        keys.forEach(key -> encoded.add(keyText.ofJson(key)));
        var body = new StreamedBody(exchange, Exchange.JSON, patience);
        var json = new RowJson(view.schema());
        try (JsonGenerator generator = Json.generator(body)) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("rows");
            for (byte[] key : encoded) {
                long row = view.find(key);
                if (row == TableView.NO_ROW) {
                    generator.writeNull();
                } else {
                    json.write(view, row, generator);
                }
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        body.finish();
    }
}
