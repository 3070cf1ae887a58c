package io.alluvium.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Bytes of a file are not what its format says: reading them again would give the same.
public final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedException(String message) {
        super(message);
    }

    public DamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
