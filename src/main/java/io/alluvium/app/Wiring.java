package io.alluvium.app;

import io.alluvium.config.ServiceConfig;
import io.alluvium.fault.AlluviumException;
import io.alluvium.sql.Definitions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which service the command line starts.
public final class Wiring {

    private Wiring() {}

    public static ServiceLauncher launcher() {
        return new ServiceLauncher() {
            @Override
            public RunningService start(Startup startup) {
                return Service.start(startup, System.getenv());
            }

            @Override
            public Findings check(Path config) {
                return Wiring.check(config, System.getenv());
            }
        };
    }

    static ServiceLauncher.Findings check(Path config, Map<String, String> environment) {
        var problems = new ArrayList<ServiceLauncher.Problem>();
        Optional<ServiceConfig> settings = Optional.empty();
        try {
            settings = Optional.of(ServiceConfig.load(config, environment));
        } catch (AlluviumException e) {
            problems.add(new ServiceLauncher.Problem(
                    config.resolve(ServiceConfig.FILE_NAME).toString(),
                    0,
                    0,
                    String.valueOf(e.getMessage()),
                    e.hint()));
        }
        Optional<ServiceConfig> known = settings;
        Definitions definitions = Definitions.read(
                config.resolve("tables"),
                variables(environment, config, Path.of("data")),
                key -> known.flatMap(found -> found.explicit(key)));
        definitions
                .problems()
                .forEach(problem -> problems.add(new ServiceLauncher.Problem(
                        problem.file(), problem.line(), problem.column(), problem.message(), problem.hint())));
        return new ServiceLauncher.Findings(definitions.tables().size(), problems);
    }

    /// What `${NAME}` stands for in definitions: the environment's variables, and two that every config folder may
    /// use, `CONFIG_DIR` for itself and `DEMO_DIR` for the folder of the demo's files.
    static java.util.function.Function<String, Optional<String>> variables(
            Map<String, String> environment, Path config, Path data) {
        var variables = new HashMap<>(environment);
        variables.putIfAbsent("CONFIG_DIR", config.toAbsolutePath().normalize().toString());
        variables.putIfAbsent(
                "DEMO_DIR", data.resolve("files").toAbsolutePath().normalize().toString());
        return name -> Optional.ofNullable(variables.get(name));
    }
}
