package io.alluvium.cli;

import io.alluvium.app.ServiceLauncher;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        description = "Starts the service; Ctrl-C or SIGTERM stops it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StartCommand implements Callable<Integer> {

    private final ServiceLauncher launcher;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "Settings (alluvium.properties) and definitions (tables/*.sql); default: config.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the embedded Kafka, snapshots and state are kept; default: data.")
    private @Nullable Path data;

    StartCommand(ServiceLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws InterruptedException {
        Places places = Places.ofProcess();
        return new Foreground(launcher)
                .run(new ServiceLauncher.Startup(
                        places.orDefault(config, "config"), places.orDefault(data, "data"), false));
    }
}
