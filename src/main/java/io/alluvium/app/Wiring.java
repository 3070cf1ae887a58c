package io.alluvium.app;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;

/// Which service the command line starts.
public final class Wiring {

    private Wiring() {}

    public static ServiceLauncher launcher() {
        return new ServiceLauncher() {
            @Override
            public RunningService start(Startup startup) {
                throw refused();
            }

            @Override
            public Findings check(java.nio.file.Path config) {
                throw refused();
            }
        };
    }

    private static AlluviumException refused() {
        return new AlluviumException(ErrorCode.FEATURE_NOT_SUPPORTED, "this build holds no service", null);
    }
}
