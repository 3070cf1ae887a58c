package io.alluvium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.alluvium.metrics.MetricNames;
import io.alluvium.sql.AlluviumOperators;
import io.alluvium.sql.StatementParser;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What the documentation says about the code, checked as far as a program can: links, SQL, and the names of tests,
/// classes, functions and metrics.
class DocumentationTest {

    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final Path MAIN = ROOT.resolve("src/main/java");
    private static final Path TESTS = ROOT.resolve("src/test/java");
    private static final Set<String> NOT_OURS = Set.of(".git", ".idea", ".mvn", "node_modules", "target");

    /// Classes of which `docs/architecture.md` speaks although the product does not contain them.
    private static final Set<String> OTHER_CLASSES = Set.of("ArchitectureTest");

    private static final Set<String> STATEMENTS = Set.of(
            "CREATE",
            "DESC",
            "DESCRIBE",
            "DROP",
            "EXPLAIN",
            "PAUSE",
            "REFRESH",
            "REPLAY",
            "RESUME",
            "SELECT",
            "SHOW",
            "VALUES",
            "WITH");

    private static final Pattern FENCE = Pattern.compile("^ *(```+|~~~+)(.*)$");
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`\n]*`");
    private static final Pattern INLINE_LINK = Pattern.compile("\\]\\(<?([^)\\s>]+)>?(?: +\"[^\"]*\")?\\)");
    private static final Pattern LINK_DEFINITION = Pattern.compile("(?m)^ {0,3}\\[[^\\]]+\\]: *<?([^\\s>]+)>?");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");
    private static final Pattern WITH_SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*:.*");
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");
    private static final Pattern COMMENTS = Pattern.compile("(?s)\\s+|--[^\n]*|/\\*.*?\\*/");

    /// A fenced block.
    ///
    /// @param info what stands behind the opening fence
    /// @param line the line of the opening fence, from 1
    private record Block(String info, int line, String text) {}

    @Test
    void everyRelativeLinkLeadsSomewhere() throws IOException {
        var links = 0;
        var broken = new ArrayList<String>();
        for (Path page : pages(ROOT)) {
            String prose = CODE_SPAN.matcher(prose(Files.readString(page))).replaceAll("");
            List<String> targets = Stream.of(INLINE_LINK, LINK_DEFINITION)
                    .flatMap(form -> form.matcher(prose).results().map(found -> found.group(1)))
                    .filter(target -> !WITH_SCHEME.matcher(target).matches())
                    .toList();
            for (String target : targets) {
                links++;
                if (!resolves(page, target)) {
                    broken.add(ROOT.relativize(page) + " links to " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).as("links that were found").isGreaterThan(20);
    }

    @TestFactory
    Stream<DynamicTest> everySqlStatementOfTheManualIsRead() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (Path page : pages(ROOT.resolve("docs"), ROOT.resolve("README.md"))) {
            for (Block block : blocks(Files.readString(page))) {
                if (isSqlToRead(block)) {
                    tests.add(DynamicTest.dynamicTest(
                            ROOT.relativize(page) + ":" + block.line,
                            () -> assertThatCode(() -> StatementParser.parseScript(block.text))
                                    .as(block.text)
                                    .doesNotThrowAnyException()));
                }
            }
        }
        assertThat(tests).as("blocks of SQL that were found").hasSizeGreaterThan(5);
        return tests.stream();
    }

    @Test
    void whatIsIntentionalIsShownByATestThatExists() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/intentional.md"));
        List<MatchResult> names = TEST_NAME.matcher(page).results().toList();
        assertThat(names).as("tests that are named").hasSizeGreaterThan(10);
        var missing = new ArrayList<String>();
        for (MatchResult name : names) {
            if (!isTest(name.group(1), name.group(2))) {
                missing.add(name.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theArchitectureNamesClassesThatExist() throws IOException {
        String prose = prose(Files.readString(ROOT.resolve("docs/architecture.md")));
        Set<String> classes = simpleNames(MAIN);
        Set<String> named = names(prose, "`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`");
        assertThat(named).as("classes that are named").hasSizeGreaterThan(20);
        assertThat(named)
                .filteredOn(name -> !classes.contains(name) && !OTHER_CLASSES.contains(name))
                .as("classes that are not there")
                .isEmpty();
    }

    @Test
    void theManualListsTheFunctionsThatThereAre() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/sql.md"));
        Set<String> listed = names(page.substring(page.indexOf("\n## Functions\n")), "`([a-z_0-9]+)`");
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(AlluviumOperators.functions().stream()
                        .map(AlluviumOperators.FunctionSignature::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void theManualListsTheMetricsThatThereAre() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/reference/metrics.md"));
        var there = new ArrayList<String>();
        for (Field constant : MetricNames.class.getFields()) {
            there.add((String) constant.get(null));
        }
        assertThat(names(page, "(?m)^\\| `(alluvium_[a-z_]+)` \\|")).containsExactlyInAnyOrderElementsOf(there);
    }

    private static Set<String> names(String text, String form) {
        return Pattern.compile(form)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static List<Path> pages(Path... roots) throws IOException {
        var pages = new ArrayList<Path>();
        for (Path root : roots) {
            if (Files.isRegularFile(root)) {
                pages.add(root);
            } else if (Files.isDirectory(root)) {
                try (Stream<Path> all = Files.walk(root)) {
                    all.filter(file -> file.toString().endsWith(".md") && isOurs(file))
                            .forEach(pages::add);
                }
            }
        }
        return pages;
    }

    private static boolean isOurs(Path file) {
        for (Path part : ROOT.relativize(file)) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    /// The page without its fenced blocks.
    private static String prose(String page) {
        var prose = new StringBuilder();
        String fence = "";
        for (String line : page.lines().toList()) {
            var matcher = FENCE.matcher(line);
            boolean isFence = matcher.matches();
            if (fence.isEmpty() && isFence) {
                fence = matcher.group(1);
            } else if (!fence.isEmpty()) {
                fence = isFence && closes(matcher.group(1), matcher.group(2), fence) ? "" : fence;
            } else {
                prose.append(line).append('\n');
            }
        }
        return prose.toString();
    }

    private static boolean closes(String fence, String info, String opened) {
        return fence.startsWith(opened) && info.isBlank();
    }

    private static List<Block> blocks(String page) {
        var blocks = new ArrayList<Block>();
        List<String> lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var opening = FENCE.matcher(lines.get(i));
            if (!opening.matches()) {
                continue;
            }
            int start = i + 1;
            for (i = start; i < lines.size(); i++) {
                var closing = FENCE.matcher(lines.get(i));
                if (closing.matches() && closes(closing.group(1), closing.group(2), opening.group(1))) {
                    break;
                }
            }
            blocks.add(new Block(
                    opening.group(2).strip(),
                    start,
                    String.join("\n", lines.subList(start, Math.min(i, lines.size())))));
        }
        return blocks;
    }

    /// Blocks marked `sql` that begin with a statement's first word; `sql no-parse` leaves one out.
    private static boolean isSqlToRead(Block block) {
        List<String> info = List.of(block.info.split("\\s+"));
        if (!info.getFirst().equals("sql") || info.contains("no-parse")) {
            return false;
        }
        String text = block.text;
        var comment = COMMENTS.matcher(text);
        while (comment.lookingAt()) {
            text = text.substring(comment.end());
            comment = COMMENTS.matcher(text);
        }
        String first = text.split("[^A-Za-z]", 2)[0].toUpperCase(Locale.ROOT);
        return STATEMENTS.contains(first);
    }

    private static boolean resolves(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return hash < 0 || !file.toString().endsWith(".md") || anchors(file).contains(target.substring(hash + 1));
    }

    /// The names by which a page's headings are linked to.
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(prose(Files.readString(page)))
                .results()
                .map(found -> found.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /// Whether a class of the tests declares a test of that name.
    static boolean isTest(String simpleName, String method) throws IOException {
        try (Stream<Path> all = Files.walk(TESTS)) {
            List<Path> files =
                    all.filter(file -> file.endsWith(simpleName + ".java")).toList();
            return files.stream().anyMatch(file -> declaresTest(className(TESTS, file), method));
        }
    }

    private static boolean declaresTest(String className, String method) {
        try {
            return Arrays.stream(Class.forName(className).getDeclaredMethods())
                    .anyMatch(declared -> declared.getName().equals(method) && isAnnotatedAsTest(declared));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /// `@Test`, `@ParameterizedTest` and what else JUnit runs.
    private static boolean isAnnotatedAsTest(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getSimpleName())
                .anyMatch(name -> name.endsWith("Test") || name.equals("TestFactory") || name.equals("TestTemplate"));
    }

    private static String className(Path root, Path file) {
        String name = root.relativize(file).toString();
        return name.substring(0, name.length() - ".java".length())
                .replace(file.getFileSystem().getSeparator(), ".");
    }

    private static Set<String> simpleNames(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
