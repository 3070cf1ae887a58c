package io.alluvium.topology;

import io.alluvium.data.Schema;
import java.util.Optional;

/// A job has met a value that the type of its column does not hold: it ends, and one with wider columns takes its
/// place.
final class OutgrownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Schema wider;

    OutgrownException(Schema wider) {
        super("a job needs wider columns: " + wider, null, false, false);
        this.wider = wider;
    }

    /// The columns that hold the value.
    Schema wider() {
        return wider;
    }

    /// The one among the causes of a failure.
    static Optional<OutgrownException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutgrownException outgrown) {
                return Optional.of(outgrown);
            }
        }
        return Optional.empty();
    }
}
