package io.alluvium.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.alluvium.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An [EmbeddedBroker] in a process of its own, made to be killed.
public final class BrokerProcess implements AutoCloseable {

    private final Process process;
    private final String bootstrapServers;

    private BrokerProcess(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /// Starts one on a port of the system's choice.
    public static BrokerProcess start(Path dataDirectory) throws IOException {
        return start(dataDirectory, 0);
    }

    /// Starts one, or goes on with what a former one has left in the directory.
    public static BrokerProcess start(Path dataDirectory, int port) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                dataDirectory.toString(),
                Integer.toString(port));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        BufferedReader output = process.inputReader(UTF_8);
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the broker's process ended with no word");
        }
        return new BrokerProcess(process, line);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public long pid() {
        return process.pid();
    }

    /// A port for a broker that is gone for a while: below those that the system gives to clients, so that none of
    /// them gets it meanwhile.
    public static int lastingPort() {
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); port < 32_000; port++) {
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // The next one, then.
            }
        }
        throw new IllegalStateException("there is no free port");
    }

    /// `kill -9`, and waits until the process is gone.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Stops the process in its tracks and lets it go on.
    public void pause(Duration duration) throws IOException, InterruptedException {
        signal("-STOP");
        Thread.sleep(duration);
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill " + signal + " ended with " + code);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println(broker.bootstrapServers());
        // The parent holds the other end of standard input: its end is this one's.
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(1);
    }
}
