package io.alluvium.serve.http;

import io.alluvium.catalog.TableService;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Setting;
import io.alluvium.data.TableName;
import io.alluvium.serve.UndefinedTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the service says of itself: its health, its tables and its settings.
final class StatusRoutes {

    private final TableService tables;
    private final Supplier<List<Setting>> settings;

    StatusRoutes(TableService tables, Supplier<List<Setting>> settings) {
        this.tables = tables;
        this.settings = settings;
    }

    /// `GET /health/ready`: whether every table, or the one named by `table`, is past WAITING and LOADING,
    /// and not STALLED in the middle of its load.
    void ready(Exchange exchange) {
        Optional<String> only = exchange.parameter("table");
        List<TableStatus> asked = only.isPresent() ? List.of(status(only.get())) : tables.tables();
        List<TableStatus> pending =
                asked.stream().filter(StatusRoutes::isPending).toList();
        byte[] body = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", pending.isEmpty() ? "UP" : "DOWN");
            if (!pending.isEmpty()) {
                out.writeArrayFieldStart("pending");
                for (TableStatus table : pending) {
                    out.writeStartObject();
                    out.writeStringField("name", table.name().value());
                    out.writeStringField("state", table.state().name());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
        exchange.send(pending.isEmpty() ? 200 : 503, Exchange.JSON, body);
    }

    private static boolean isPending(TableStatus table) {
        return switch (table.state()) {
            case WAITING, LOADING -> true;
            case STALLED -> table.progress().stream().anyMatch(progress -> progress.phase() == TableStatus.Phase.BULK);
            case LIVE, FAILED, PAUSED -> false;
        };
    }

    /// `GET /api/tables`
    void tables(Exchange exchange) {
        List<TableStatus> all = tables.tables();
        exchange.sendJson(Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("tables");
            for (TableStatus table : all) {
                StatusJson.write(table, null, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    /// `GET /api/tables/{t}`
    void table(Exchange exchange) {
        TableStatus table = status(PathText.decode(exchange.segments().get(2)));
        var memory = new MemoryJson(tables.memory(table.name()), tables.views(table.name()));
        exchange.sendJson(Json.bytes(out -> StatusJson.write(table, memory, out)));
    }

    private TableStatus status(String name) {
        return Optional.of(name)
                .filter(ReadableTables::isName)
                .flatMap(text -> tables.table(new TableName(text)))
                .orElseThrow(() -> UndefinedTable.error(
                        name,
                        tables.tables().stream()
                                .map(table -> table.name().value())
                                .toList()));
    }

    /// `GET /api/config`
    void config(Exchange exchange) {
        List<Setting> all = settings.get();
        exchange.sendJson(Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("settings");
            for (Setting setting : all) {
                out.writeStartObject();
                out.writeStringField("key", setting.key());
                out.writeStringField("value", setting.value());
                out.writeStringField("origin", setting.origin().text());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }
}
