package io.alluvium.cli;

import io.alluvium.app.ServiceLauncher;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = "Starts the service on config/demo with a generator beside it: every state of a table to watch.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private final ServiceLauncher launcher;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the demo keeps its data; default: data/demo.")
    private @Nullable Path data;

    DemoCommand(ServiceLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws InterruptedException {
        Places places = Places.ofProcess();
        return new Foreground(launcher)
                .run(new ServiceLauncher.Startup(
                        places.orDefault(null, "config/demo"), places.orDefault(data, "data/demo"), true));
    }
}
