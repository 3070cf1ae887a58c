package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import org.jspecify.annotations.Nullable;

/// What stands in the way of following a log, with the command that helps.
final class LogFaults {

    private LogFaults() {}

    static AlluviumException configuration(String message, String... ways) {
        return of(ErrorCode.CONFIGURATION, message, null, ways);
    }

    static AlluviumException denied(String message, @Nullable Throwable cause, String... ways) {
        return of(ErrorCode.AUTHENTICATION, message, cause, ways);
    }

    static AlluviumException lost(String message) {
        return new AlluviumException(ErrorCode.POSITION_LOST, message, "The table is loaded again from its start.");
    }

    private static AlluviumException of(ErrorCode code, String message, @Nullable Throwable cause, String... ways) {
        var out = new WaysOut(
                code == ErrorCode.CONFIGURATION ? FaultCategory.CONFIGURATION : FaultCategory.AUTHENTICATION,
                "will not cure itself by retrying.");
        for (String way : ways) {
            out.way(way);
        }
        return new AlluviumException(code, message, out.text(null), cause);
    }
}
