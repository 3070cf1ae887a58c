package io.alluvium.broker;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether a broker has failed, and why. The first time that its server wants to end the process is the one that is
/// told; what follows comes of it. Safe from any thread.
final class BrokerFailure implements Consumer<String> {

    /// With less room on its disk than the largest batch takes, the broker has failed for want of room.
    private static final long LEAST_ROOM = BrokerProperties.MAX_MESSAGE_BYTES;

    private static final long MEGABYTE = 1 << 20;

    private final Path data;
    private final Consumer<AlluviumException> listener;
    private final AtomicReference<@Nullable AlluviumException> reason = new AtomicReference<>();

    /// @param data the directory that the broker's logs are under
    /// @param listener told once
    BrokerFailure(Path data, Consumer<AlluviumException> listener) {
        this.data = data;
        this.listener = listener;
    }

    /// @param words the server's own
    @Override
    public void accept(String words) {
        AlluviumException now = reason(data, room(data), words);
        if (reason.compareAndSet(null, now)) {
            listener.accept(now);
        }
    }

    @Nullable
    AlluviumException reason() {
        return reason.get();
    }

    private static long room(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    static AlluviumException reason(Path data, long room, String words) {
        return room < LEAST_ROOM
                ? new AlluviumException(
                        ErrorCode.UNKNOWN,
                        "the embedded broker failed: no room is left on the disk of " + data,
                        "Make room there and start Alluvium again: it goes on where it was.")
                : new AlluviumException(
                        ErrorCode.UNKNOWN,
                        "the embedded broker failed: " + words + "; " + room / MEGABYTE + " MB are free on the disk of "
                                + data,
                        "The log has the cause, such as a disk that fails. Mend it and start Alluvium again: it goes on"
                                + " where it was.");
    }
}
