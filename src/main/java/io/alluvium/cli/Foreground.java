package io.alluvium.cli;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import io.alluvium.fault.AlluviumException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service in the foreground: shows its progress and stops it cleanly on SIGTERM and Ctrl-C.
final class Foreground {

    /// How long a stop may take before the process ends regardless.
    private static final int STOP_SECONDS = 60;

    private final ServiceLauncher launcher;
    private final Duration stopAfterFault;

    Foreground(ServiceLauncher launcher) {
        this(launcher, Duration.ofSeconds(30));
    }

    /// @param stopAfterFault how long a service that has failed may take to stop before the process ends regardless
    Foreground(ServiceLauncher launcher, Duration stopAfterFault) {
        this.launcher = launcher;
        this.stopAfterFault = stopAfterFault;
    }

    /// Returns the exit code when the service has ended by itself. A signal ends the process from within.
    int run(ServiceLauncher.Startup startup) throws InterruptedException {
        Logging.configure(startup.config());
        Logger log = LoggerFactory.getLogger(Foreground.class);
        CompletableFuture<RunningService> started = new CompletableFuture<>();
        Thread hook = new Thread(() -> stop(started), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            RunningService service = launcher.start(startup);
            started.complete(service);
            service.notices().forEach(log::info);
            log.info("Alluvium is ready at {}", service.url());
            Optional<AlluviumException> fault = awaitEnd(service);
            if (fault.isEmpty()) {
                service.close();
                return ExitCodes.DONE;
            }
            started.obtrudeException(fault.get());
            closeAfter(fault.get(), service);
            throw fault.get();
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            throw e;
        }
    }

    /// What is to be stopped may wait for what has failed; the process ends regardless.
    private void closeAfter(AlluviumException fault, RunningService service) throws InterruptedException {
        try {
            close(service).get(stopAfterFault.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            fault.addSuppressed(e.getCause());
        } catch (TimeoutException e) {
            System.err.println("error: the service did not stop within " + stopAfterFault.toSeconds() + " s");
        }
    }

    private static CompletableFuture<Void> close(RunningService service) {
        return CompletableFuture.runAsync(
                service::close,
                task -> Thread.ofPlatform().daemon().name("close").start(task));
    }

    private static Optional<AlluviumException> awaitEnd(RunningService service) throws InterruptedException {
        try (var _ = ProgressDisplay.start(service::tables, StandardStreams.areTerminal())) {
            return service.awaitEnd();
        }
    }

    /// The process is ending. A service that is still starting is stopped when it has started; one that failed has
    /// nothing to stop, and the exit code is its error's.
    private static void stop(CompletableFuture<RunningService> started) {
        int code;
        try {
            started.thenCompose(Foreground::close).get(STOP_SECONDS, TimeUnit.SECONDS);
            code = ExitCodes.DONE;
        } catch (ExecutionException e) {
            if (started.isCompletedExceptionally()) {
                return;
            }
            System.err.println("error: the service did not stop cleanly: " + e.getCause());
            code = ExitCodes.INTERNAL;
        } catch (TimeoutException e) {
            System.err.println("error: the service did not stop within " + STOP_SECONDS + " s");
            code = ExitCodes.INTERNAL;
        } catch (InterruptedException e) {
            code = ExitCodes.INTERNAL;
        }
        System.out.flush();
        System.err.flush();
        // Else the process would end with the signal's number though it was stopped as asked.
        Runtime.getRuntime().halt(code);
    }
}
