package io.alluvium.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Starts the service, or looks at its definitions without starting it.
public interface ServiceLauncher {

    /// Returns when requests are answered; the tables may still be loading.
    ///
    /// @throws io.alluvium.fault.AlluviumException when the service cannot start, such as CONFIGURATION,
    ///     ADDRESS_IN_USE, DATA_DIRECTORY_IN_USE, NETWORK; nothing is left running then
    RunningService start(Startup startup);

    /// Parses and validates the settings and every definition under `config` and connects to nothing.
    Findings check(Path config);

    /// @param config the directory with `alluvium.properties` and `tables/`
    /// @param data where the embedded broker, snapshots and state are kept
    /// @param demo whether the generator of the demo runs beside the service
    record Startup(Path config, Path data, boolean demo) {}

    /// What a check found.
    ///
    /// @param tables how many tables are defined
    record Findings(int tables, List<Problem> problems) {
        public Findings {
            problems = List.copyOf(problems);
        }
    }

    /// @param line 1-based, 0 when the problem is the file's as a whole
    /// @param column 1-based, 0 when there is none
    record Problem(String file, int line, int column, String message, Optional<String> hint) {}
}
