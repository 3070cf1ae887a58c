package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/// Collects the body of a request on its event loop, up to a limit.
final class RequestBody {

    /// How much more of a body that is too large is read, so that the client comes to see the answer.
    private static final long MAX_DISCARDED_BYTES = 256L << 20;

    private final Exchange exchange;
    private final int maxBytes;
    private final Buffer content = Buffer.buffer();
    private long discarded;
    private boolean refused;

    private RequestBody(Exchange exchange, int maxBytes) {
        this.exchange = exchange;
        this.maxBytes = maxBytes;
    }

    /// Gives the whole body to `then`, or answers BODY_TOO_LARGE.
    static void collect(Exchange exchange, int maxBytes, Consumer<byte[]> then) {
        var body = new RequestBody(exchange, maxBytes);
        HttpServerRequest request = exchange.request();
        if (body.announcesTooMuch()) {
            body.refuse();
        }
        request.handler(body::take);
        request.endHandler(ended -> {
            if (!body.refused) {
                then.accept(body.content.getBytes());
            }
        });
    }

    private boolean announcesTooMuch() {
        try {
            return exchange.header("Content-Length").map(Long::parseLong).orElse(0L) > maxBytes;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private void take(Buffer part) {
        if (!refused && (long) content.length() + part.length() <= maxBytes) {
            content.appendBuffer(part);
            return;
        }
        if (!refused) {
            refuse();
        }
        discarded += part.length();
        if (discarded > MAX_DISCARDED_BYTES) {
            exchange.request().connection().close();
        }
    }

    private void refuse() {
        refused = true;
        exchange.fail(new AlluviumException(
                ErrorCode.BODY_TOO_LARGE,
                "the body is larger than " + maxBytes + " bytes",
                "Send less in one request, such as fewer keys or parameters"));
    }
}
