package io.alluvium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A page under `docs/reference` that is generated from code: compared with what the code says now, or written anew
/// with `-Dreference.write=true`.
public final class ReferencePage {

    private static final Path FOLDER = Path.of("docs", "reference");

    private ReferencePage() {}

    public static void check(String fileName, String text) throws IOException {
        Path page = FOLDER.resolve(fileName);
        if (Boolean.getBoolean("reference.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(page, text);
        }
        assertThat(page)
                .as("write it anew with -Dreference.write=true")
                .exists()
                .hasContent(text);
    }

    /// A value for a cell of a Markdown table.
    public static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
