package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its response. It begins on an event loop; the thread that works on it may be another
/// one, and all that it sends goes through the event loop. The response is given exactly once.
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    static final String JSON = "application/json";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final Optional<Route> route;
    private final List<String> segments;
    private final long startNanos = System.nanoTime();
    private final boolean head;

    private volatile boolean gone;
    private @Nullable Thread cancellable;

    Exchange(HttpServerRequest request, List<String> segments, Optional<Route> route, Meters meters) {
        this.request = request;
        this.response = request.response();
        this.context = Objects.requireNonNull(Vertx.currentContext(), "a request begins on an event loop");
        this.route = route;
        this.segments = segments;
        this.head = request.method().name().equals("HEAD");
        request.exceptionHandler(e -> clientGone());
        response.exceptionHandler(e -> clientGone());
        response.closeHandler(closed -> clientGone());
        response.endHandler(ended -> meters.httpRequest(
                route.isPresent() && route.get().takes(method()) ? method() : "other",
                route.map(Route::pattern).orElse("other"),
                response.getStatusCode(),
                System.nanoTime() - startNanos));
    }

    Optional<Route> route() {
        return route;
    }

    String method() {
        return request.method().name();
    }

    String path() {
        return request.path();
    }

    /// The parts of the path, still percent-encoded.
    List<String> segments() {
        return segments;
    }

    HttpServerRequest request() {
        return request;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /// A parameter of the query string; absent when it is empty.
    Optional<String> parameter(String name) {
        try {
            return Optional.ofNullable(request.getParam(name)).filter(value -> !value.isEmpty());
        } catch (IllegalArgumentException e) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER, "the query string is not percent-encoded UTF-8", null, e);
        }
    }

    void putHeader(String name, String value) {
        response.putHeader(name, value);
    }

    /// The whole response.
    void send(int status, String contentType, byte[] body) {
        onEventLoop(() -> {
            if (response.ended() || response.closed()) {
                return;
            }
            response.setStatusCode(status);
            if (!head) {
                headers(contentType);
                response.end(Buffer.buffer(body));
            } else {
                headers(contentType);
                response.putHeader("Content-Length", Integer.toString(body.length));
                response.end();
            }
        });
    }

    void sendJson(byte[] body) {
        send(200, JSON, body);
    }

    /// The error instead of the response; where a part of the response is out, the connection is cut.
    void fail(Throwable failure) {
        if (failure instanceof ClientGoneException) {
            LOG.debug("{} {}: {}", method(), path(), failure.getMessage());
            abort();
            return;
        }
        fail(ErrorBody.of(failure, method() + " " + path()));
    }

    void fail(AlluviumException error) {
        byte[] body = ErrorBody.json(error);
        onEventLoop(() -> {
            if (response.headWritten()) {
                abort();
            } else {
                send(error.code().httpStatus(), JSON, body);
            }
        });
    }

    /// Sends a piece of a response whose length is not known; the future ends when it is on its way.
    Future<Void> write(String contentType, byte[] piece) {
        var written = io.vertx.core.Promise.<Void>promise();
        onEventLoop(() -> {
            if (response.closed() || response.ended()) {
                written.fail(new ClientGoneException("the connection is closed"));
                return;
            }
            if (!response.headWritten()) {
                headers(contentType);
                response.setChunked(true);
            }
            response.write(Buffer.buffer(piece)).onComplete(written);
        });
        return written.future();
    }

    void end() {
        onEventLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        });
    }

    /// Cuts the connection, so that the client cannot take a part of an answer for the whole.
    void abort() {
        onEventLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.reset();
            }
        });
    }

    private void headers(String contentType) {
        response.putHeader("Content-Type", contentType).putHeader("X-Content-Type-Options", "nosniff");
        if (!response.headers().contains("Cache-Control")) {
            response.putHeader("Cache-Control", "no-store");
        }
    }

    private void onEventLoop(Runnable action) {
        if (context.equals(Vertx.currentContext())) {
            action.run();
        } else {
            context.runOnContext(ignored -> action.run());
        }
    }

    boolean isGone() {
        return gone;
    }

    /// Whether the client sent its request from a page of another site; browsers say so in `Origin`.
    boolean isCrossOrigin() {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return false;
        }
        String host = request.getHeader("Host");
        int authority = origin.indexOf("://");
        return host == null
                || authority < 0
                || !origin.substring(authority + 3).toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
    }

    /// From here to [#endCancellable()] the present thread is interrupted when the client goes.
    synchronized void beginCancellable() {
        if (!gone) {
            cancellable = Thread.currentThread();
        } else {
            Thread.currentThread().interrupt();
        }
    }

    /// No interrupt comes after this; one that came is taken away from the thread, which has other work to
    /// do.
    synchronized void endCancellable() {
        cancellable = null;
        Thread.interrupted();
    }

    private synchronized void clientGone() {
        gone = true;
        if (cancellable != null) {
            cancellable.interrupt();
        }
    }
}
