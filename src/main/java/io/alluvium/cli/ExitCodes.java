package io.alluvium.cli;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;

/// The exit codes of every command.
final class ExitCodes {

    static final int DONE = 0;
    /// The user's input is wrong: a definition, a setting, SQL.
    static final int INPUT = 1;

    static final int USAGE = 2;
    /// Something outside failed: Kafka, a database, a port in use.
    static final int OUTSIDE = 3;
    /// A fault of ours.
    static final int INTERNAL = 4;

    private ExitCodes() {}

    static int of(Throwable error) {
        return error instanceof AlluviumException known ? of(known.code()) : INTERNAL;
    }

    private static int of(ErrorCode code) {
        // A port or a directory that another process holds is no mistake in the settings.
        return code == ErrorCode.ADDRESS_IN_USE || code == ErrorCode.DATA_DIRECTORY_IN_USE
                ? OUTSIDE
                : of(code.category());
    }

    static int of(FaultCategory category) {
        return switch (category) {
            case USER, CONFIGURATION -> INPUT;
            case TOPIC_MISSING, FILE_MISSING, NETWORK, AUTHENTICATION, DATA, UNKNOWN, LIMIT -> OUTSIDE;
            case INTERNAL -> INTERNAL;
        };
    }
}
