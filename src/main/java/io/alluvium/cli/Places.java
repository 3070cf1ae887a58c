package io.alluvium.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where directories are that the user did not name: in the working directory if it has them, else in the directory
/// that Alluvium was started from (the system property `alluvium.home`, set by the launcher).
record Places(Path workingDirectory, Path home) {

    static Places ofProcess() {
        String home = System.getProperty("alluvium.home");
        Path here = Path.of("").toAbsolutePath();
        return new Places(here, home == null ? here : Path.of(home));
    }

    /// `named` as it is, else where `name` is by default.
    Path orDefault(@Nullable Path named, String name) {
        if (named != null) {
            return workingDirectory.resolve(named).normalize();
        }
        Path local = workingDirectory.resolve(name);
        return Files.isDirectory(local) ? local : home.resolve(name);
    }
}
