package io.alluvium.sql;

import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableDefinition.Origin;
import io.alluvium.catalog.TopicNames;
import io.alluvium.data.Setting;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Statement.CreateTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// What the `*.sql` files of a folder define. A statement that is wrong is a problem, and the others count.
///
/// @param tables those that can be started, each after the tables that it selects from; a bare name in FROM is a
///     table where one has that name, otherwise a topic
/// @param problems in the order of the files' names
public record Definitions(List<CreateTable> tables, List<Problem> problems) {

    public Definitions {
        tables = List.copyOf(tables);
        problems = List.copyOf(problems);
    }

    /// @param line 1-based, 0 when the problem is the file's as a whole
    /// @param column 1-based, 0 when there is none
    /// @param message what is wrong, and below it the line with a caret where there is one
    public record Problem(String file, int line, int column, String message, Optional<String> hint) {

        /// As it is printed: `file:line:column: message`.
        public String text() {
            return file + (line > 0 ? ":" + line + ":" + column : "") + ": " + message
                    + hint.map(h -> "\n  hint: " + h).orElse("");
        }
    }

    /// Reads and checks every definition, and connects to nothing.
    ///
    /// @param folder may be missing, and then defines nothing
    /// @param environment what `${NAME}` stands for
    /// @param settings the settings that options fall back to
    public static Definitions read(
            Path folder, Function<String, Optional<String>> environment, Function<String, Optional<Setting>> settings) {
        return new Reader(Variables.of(environment), settings).read(folder);
    }

    /// Collects the statements of all files, then looks at them together.
    private static final class Reader {
        private final Variables variables;
        private final Function<String, Optional<Setting>> settings;
        private final Map<TableName, Defined> defined = new LinkedHashMap<>();
        /// The names that some statement defines, be it right or wrong.
        private final Set<TableName> names = new HashSet<>();
        private final List<Problem> problems = new ArrayList<>();

        Reader(Variables variables, Function<String, Optional<Setting>> settings) {
            this.variables = variables;
            this.settings = settings;
        }

        private record Defined(CreateTable create, SourceText text, int start, List<Integer> sourceStarts) {}

        Definitions read(Path folder) {
            for (Path file : files(folder)) {
                readFile(file);
            }
            defined.replaceAll((name, definition) -> resolved(definition));
            defined.values().removeIf(definition -> !hasGoodOptions(definition));
            return new Definitions(inOrder(), problems);
        }

        private List<Path> files(Path folder) {
            try (Stream<Path> all = Files.list(folder)) {
                return all.filter(file -> file.getFileName().toString().endsWith(".sql"))
                        .sorted()
                        .toList();
            } catch (NoSuchFileException e) {
                return List.of();
            } catch (IOException e) {
                problems.add(new Problem(folder.toString(), 0, 0, "the folder cannot be read: " + e, Optional.empty()));
                return List.of();
            }
        }

        private void readFile(Path file) {
            SourceText text;
            try {
                var decoder = StandardCharsets.UTF_8.newDecoder();
                text = new SourceText(decoder.decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString());
            } catch (CharacterCodingException e) {
                problems.add(new Problem(
                        file.toString(), 0, 0, "the file is not UTF-8", Optional.of("Save it in that encoding.")));
                return;
            } catch (IOException e) {
                problems.add(new Problem(
                        file.toString(),
                        0,
                        0,
                        "the file cannot be read: " + e,
                        Optional.of("Make it readable for the user who runs the service, or take it away.")));
                return;
            }
            Lexer.Lexed lexed = Lexer.lex(text);
            for (List<Lexeme> statement : StatementParser.split(lexed.lexemes())) {
                readStatement(file, text, statement);
            }
            lexed.problem().ifPresent(problem -> add(file.toString(), text, problem, 0));
        }

        private void readStatement(Path file, SourceText text, List<Lexeme> statement) {
            int start = statement.getFirst().start();
            name(statement).ifPresent(names::add);
            try {
                var origin = new Origin(file.toString(), text.line(start));
                StatementReader.Read read = StatementReader.read(text, statement, variables, origin);
                if (!(read.statement() instanceof CreateTable create)) {
                    throw new AlluviumException(
                            ErrorCode.INVALID_DEFINITION,
                            "a definition begins with CREATE TABLE",
                            "Other statements are for ./alluvium sql.",
                            start + 1,
                            null);
                }
                define(new Defined(create, text, start, read.sourceStarts()));
            } catch (AlluviumException e) {
                add(file.toString(), text, e, start);
            }
        }

        private static Optional<TableName> name(List<Lexeme> statement) {
            var tokens = new Tokens(statement);
            if (!tokens.accept("CREATE")) {
                return Optional.empty();
            }
            tokens.accept("OR", "REPLACE");
            try {
                if (!tokens.accept("TABLE")) {
                    return Optional.empty();
                }
                if (tokens.accept("IF", "NOT")) {
                    tokens.accept("EXISTS");
                }
                return Optional.of(tokens.tableName());
            } catch (AlluviumException e) {
                return Optional.empty();
            }
        }

        private void define(Defined definition) {
            TableName name = definition.create.definition().name();
            Defined before = defined.putIfAbsent(name, definition);
            if (before != null) {
                Origin first = before.create.definition().origin();
                throw new AlluviumException(
                        ErrorCode.DUPLICATE_TABLE,
                        "the table " + name + " is defined twice; first in " + first.file() + ":" + first.line(),
                        "Rename one of them, or take it away.",
                        definition.start + 1,
                        null);
            }
        }

        /// A bare name is a table where one has that name; the table's own name is the topic.
        private Defined resolved(Defined definition) {
            TableDefinition table = definition.create.definition();
            List<SourceDefinition> sources = table.sources().stream()
                    .map(source -> source instanceof SourceDefinition.OtherTable(TableName name)
                                    && (!names.contains(name) || name.equals(table.name()))
                            ? new SourceDefinition.KafkaTopic(name.value())
                            : source)
                    .toList();
            return new Defined(
                    definition.create.withSources(sources), definition.text, definition.start, definition.sourceStarts);
        }

        private boolean hasGoodOptions(Defined definition) {
            TableDefinition table = definition.create.definition();
            try {
                for (int i = 0; i < table.sources().size(); i++) {
                    if (table.sources().get(i) instanceof SourceDefinition.KafkaTopic(String topic)) {
                        TopicNames.check(topic, definition.sourceStarts.get(i) + 1);
                    }
                }
                TablePlanner.checkSources(table);
                OptionCatalog.resolve(table.sources(), table.options(), settings);
                return true;
            } catch (AlluviumException e) {
                add(table.origin().file(), definition.text, e, definition.start);
                return false;
            }
        }

        /// The tables, parents first. Those of a cycle are a problem and left out.
        private List<CreateTable> inOrder() {
            var ordered = new ArrayList<CreateTable>();
            var done = new HashSet<TableName>();
            for (TableName name : List.copyOf(defined.keySet())) {
                visit(name, new ArrayList<>(), done, ordered);
            }
            return ordered;
        }

        private void visit(TableName name, List<TableName> path, Set<TableName> done, List<CreateTable> ordered) {
            Defined definition = defined.get(name);
            if (definition == null || done.contains(name)) {
                return;
            }
            if (path.contains(name)) {
                cycle(path.subList(path.indexOf(name), path.size()), definition);
                return;
            }
            path.add(name);
            for (TableName parent : definition.create.definition().dependsOn()) {
                visit(parent, path, done, ordered);
            }
            path.removeLast();
            if (done.add(name) && defined.containsKey(name)) {
                ordered.add(definition.create);
            }
        }

        private void cycle(List<TableName> path, Defined first) {
            var text = new StringBuilder("the definitions go round in a circle: ");
            path.forEach(name -> text.append(name).append(" → "));
            text.append(path.getFirst());
            int at = first.sourceStarts.isEmpty() ? first.start : first.sourceStarts.getFirst();
            var error = new AlluviumException(
                    ErrorCode.DEPENDENCY_CYCLE,
                    text.toString(),
                    "Let one of them select from a source instead.",
                    at + 1,
                    null);
            add(first.create.definition().origin().file(), first.text, error, first.start);
            path.forEach(defined::remove);
        }

        /// @param start where the statement begins, for an error without a place of its own
        private void add(String file, SourceText text, AlluviumException error, int start) {
            int offset = Math.min(error.position() > 0 ? error.position() - 1 : start, text.length());
            int line = text.line(offset);
            int column = text.column(offset);
            String message = error.getMessage() + "\n  " + text.lineText(line) + "\n  " + " ".repeat(column - 1) + "^";
            problems.add(new Problem(file, line, column, message, error.hint()));
        }
    }
}
