package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP listener: `start` opens it, `close` lets running requests finish and ends it.
///
/// A few event loops read requests, look up rows by key and write answers. Whatever can take longer (SQL,
/// pages, calls to the tables) runs on the threads of [Workers] and hands its answer over in bounded
/// pieces, so that a slow client slows only its own query.
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /// The longest request line and the largest headers, in bytes; a key travels in the request line.
    static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_EVENT_LOOPS = 4;
    private static final int FREE_PORT_ATTEMPTS = 10;
    private static final int START_SECONDS = 30;

    private final Vertx vertx;
    private final Workers workers;
    private final HttpLimits limits;
    private final List<io.vertx.core.http.HttpServer> listeners;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(
            Vertx vertx, Workers workers, HttpLimits limits, List<io.vertx.core.http.HttpServer> listeners, int port) {
        this.vertx = vertx;
        this.workers = workers;
        this.limits = limits;
        this.listeners = listeners;
        this.port = port;
    }

    /// Listens on `host` and `port`; 0 takes a free port, which [#port()] tells.
    ///
    /// @throws AlluviumException ADDRESS_IN_USE when the port is taken, CONFIGURATION when the host is not
    ///     an address of this machine
    public static HttpServer start(String host, int port, HttpServices services, HttpLimits limits) {
        ListenAddress.check(host);
        if (port != 0) {
            return open(new ListenAddress(host, port), services, limits);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return open(ListenAddress.free(host), services, limits);
            } catch (AlluviumException e) {
                if (e.code() != ErrorCode.ADDRESS_IN_USE || attempt == FREE_PORT_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("the free port was taken in the meantime", e);
            }
        }
    }

    private static HttpServer open(ListenAddress address, HttpServices services, HttpLimits limits) {
        int eventLoops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_EVENT_LOOPS);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
        var workers = new Workers(limits);
        var listeners = new ConcurrentLinkedQueue<io.vertx.core.http.HttpServer>();
        try {
            vertx.deployVerticle(
                            () -> new Listener(options(address), services, workers, limits, listeners),
                            new DeploymentOptions().setInstances(eventLoops))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            stop(vertx, workers);
            throw address.notOpened(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(vertx, workers);
            throw address.notOpened(e);
        }
        LOG.info("HTTP listens on {}", address);
        return new HttpServer(vertx, workers, limits, List.copyOf(listeners), address.port());
    }

    private static HttpServerOptions options(ListenAddress address) {
        return new HttpServerOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES);
    }

    /// The port that is listened on.
    public int port() {
        return port;
    }

    /// Takes no more connections, lets running requests finish within the limit, and ends. Closing again
    /// does nothing.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var closings = new ArrayList<Future<?>>();
        for (io.vertx.core.http.HttpServer listener : listeners) {
            closings.add(listener.shutdown(limits.closing()));
        }
        await(Future.join(closings), limits.closing().toMillis() + 1000);
        stop(vertx, workers);
    }

    private static void stop(Vertx vertx, Workers workers) {
        workers.close();
        await(vertx.close(), TimeUnit.SECONDS.toMillis(START_SECONDS));
    }

    private static void await(Future<?> future, long millis) {
        try {
            future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("HTTP did not close within {} ms: {}", millis, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The listener of one event loop, with a router that belongs to it alone.
    private record Listener(
            HttpServerOptions options,
            HttpServices services,
            Workers workers,
            HttpLimits limits,
            Queue<io.vertx.core.http.HttpServer> listeners)
            implements Deployable {
        @Override
        public Future<?> deploy(Context context) {
            var router = new Router(services, workers, limits);
            io.vertx.core.http.HttpServer listener = context.owner()
                    .createHttpServer(options)
                    .requestHandler(router::handle)
                    .invalidRequestHandler(router::refuseMalformed);
            listeners.add(listener);
            return listener.listen();
        }
    }
}
