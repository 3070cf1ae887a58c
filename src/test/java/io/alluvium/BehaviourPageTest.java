package io.alluvium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `docs/reference/behaviour.md`: each of its lines names a test, and the tests that it names are there.
class BehaviourPageTest {

    /// Where lines say what is not so, and have no test.
    private static final String NOT_SO_YET = "Not so yet";

    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z]\\w*)\\.([a-z]\\w*)`");

    private final List<Line> lines = new ArrayList<>();
    private String page = "";

    /// One line of behaviour.
    ///
    /// @param section the heading that it stands under
    private record Line(String section, String text) {

        List<MatchResult> tests() {
            return TEST_NAME.matcher(text).results().toList();
        }

        boolean needsATest() {
            return !section.equals(NOT_SO_YET);
        }
    }

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(Path.of("docs/reference/behaviour.md"));
        String section = "";
        for (String line : page.lines().toList()) {
            if (line.startsWith("## ")) {
                section = line.substring("## ".length());
            } else if (line.startsWith("- ")) {
                lines.add(new Line(section, line.substring("- ".length())));
            } else if (line.startsWith("  ")) {
                Line begun = lines.removeLast();
                lines.add(new Line(begun.section, begun.text + " " + line.strip()));
            }
        }
        assertThat(lines).as("lines that were found").hasSizeGreaterThan(100);
    }

    @Test
    void everyLineNamesATest() {
        assertThat(lines)
                .filteredOn(line -> line.needsATest() && line.tests().isEmpty())
                .as("lines without a test")
                .isEmpty();
    }

    @Test
    void everyTestThatALineNamesIsThere() throws IOException {
        var missing = new ArrayList<String>();
        for (Line line : lines) {
            for (MatchResult test : line.tests()) {
                if (!DocumentationTest.isTest(test.group(1), test.group(2))) {
                    missing.add(test.group());
                }
            }
        }
        assertThat(missing).as("tests that are not there").isEmpty();
    }

    @Test
    void itIsWrittenInPlainLines() {
        assertThat(page).doesNotContain("\u2014").doesNotContain("\u2013");
        assertThat(lines).extracting(Line::text).doesNotHaveDuplicates();
    }
}
