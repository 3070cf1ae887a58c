package io.alluvium.perf;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own for one run of one peer, with the options that the product's launcher gives to the product's.
/// Its main class is [Measure]; what it has to say are lines that begin with a word.
final class Child implements AutoCloseable {

    private static final String OPTIONS = "alluvium.perf.jvm";

    private static final int SECONDS_TO_END = 60;

    private final Process process;
    private final BufferedReader lines;

    private Child(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    /// @param arguments which run, and what it is about
    static Child start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /// @param options of the JVM, beside those of the product
    static Child start(List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Measure.class.getName(), Measure.CHILD));
        command.addAll(Arrays.asList(arguments));
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /// As `perf/measure` has read them from the launcher.
    static List<String> jvmOptions() {
        String options = System.getProperty(OPTIONS);
        if (options == null) {
            throw new IllegalStateException("start measurements with perf/measure: -D" + OPTIONS + " is missing");
        }
        return Arrays.stream(options.split(" "))
                .filter(option -> !option.isBlank())
                .toList();
    }

    /// What stands behind the word in the next line that begins with it.
    String await(String word) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
        }
        throw new IllegalStateException("the JVM ended without " + word + ": " + process.info());
    }

    /// Lets the JVM end by itself and put away what it has on disk.
    void awaitEnd() throws InterruptedException {
        process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    }

    /// Runs a peer that says `SECONDS`, what it took and its checksum, and notes that.
    static void time(Report report, String peer, String... arguments) throws Exception {
        try (Child process = start(List.of("-Xmx6g"), arguments)) {
            String[] result = process.await("SECONDS").split(" ");
            process.awaitEnd();
            report.note(peer, Double.parseDouble(result[0]), new Answer(Long.parseLong(result[1]), ""));
        }
    }

    /// Says how long this peer took.
    static void saySeconds(double seconds, long checksum) {
        say("SECONDS", seconds + " " + checksum);
    }

    static void say(String word, String rest) {
        System.out.println(word + " " + rest);
        System.out.flush();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
