package io.alluvium.broker;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;

/// Keeps Kafka's server from ending this process. On a fatal fault (a disk that fails, say) the server calls `exit`
/// or `halt`; here that becomes an exception in its thread and a call to every listener. Kafka's hook is one for
/// the whole process, so brokers in one process share their faults.
final class ExitGuard {

    private static final Set<Consumer<String>> LISTENERS = new CopyOnWriteArraySet<>();

    private ExitGuard() {}

    /// Thrown in the Kafka thread that wanted to end the process.
    static final class BrokerFault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokerFault(String message) {
            super(message);
        }
    }

    static void add(Consumer<String> listener) {
        LISTENERS.add(listener);
        Exit.setExitProcedure((status, message) -> fault(message));
        Exit.setHaltProcedure((status, message) -> fault(message));
    }

    static void remove(Consumer<String> listener) {
        LISTENERS.remove(listener);
    }

    private static void fault(String message) {
        String text = message == null ? "Kafka's server gave up" : message;
        LISTENERS.forEach(listener -> listener.accept(text));
        throw new BrokerFault(text);
    }
}
