package io.alluvium.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a JVM that measures hands to the one that compares, in a file named by a system property: a checksum of the
/// answers, and what else is worth knowing of the run.
record Answer(long checksum, String note) {

    private static final String FILE = "alluvium.perf.answer";

    static String option(Path file) {
        return "-D" + FILE + "=" + file;
    }

    static void give(long checksum, String note) throws IOException {
        String file = System.getProperty(FILE);
        if (file != null) {
            Files.writeString(Path.of(file), checksum + "\t" + note);
        }
    }

    static Answer take(Path file) throws IOException {
        String[] parts = Files.readString(file).split("\t", -1);
        return new Answer(Long.parseLong(parts[0]), parts[1]);
    }
}
