package io.alluvium.cli;

import io.alluvium.fault.AlluviumException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The shell on a terminal: statements over several lines until a semicolon, history, completion with the tab key,
/// and a few commands that begin with a backslash.
final class SqlShell {

    private static final String HELP = """
            A statement ends with a semicolon and may have several lines. Ctrl-C leaves a statement or stops a
            running one, Ctrl-D ends the shell.
              \\d            the tables
              \\d TABLE      a table's columns, key and source
              \\f FORMAT     print rows as table, csv or json
              \\?            this help
              \\q            the end
            """;

    private final SqlClient client;
    private ResultFormat format;

    SqlShell(SqlClient client, ResultFormat format) {
        this.client = client;
        this.format = format;
    }

    int run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().name("alluvium").system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("alluvium")
                    .parser(new StatementParser())
                    .completer(new SqlCompleter(client))
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".alluvium_history"))
                    .variable(LineReader.SECONDARY_PROMPT_PATTERN, "      ...> ")
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .option(LineReader.Option.CASE_INSENSITIVE, true)
                    .build();
            terminal.writer().println("Alluvium SQL. \\? for help, \\q to leave.");
            read(reader, terminal);
            return ExitCodes.DONE;
        }
    }

    private void read(LineReader reader, Terminal terminal) {
        while (true) {
            String text;
            try {
                text = reader.readLine("alluvium> ").strip();
            } catch (UserInterruptException e) {
                continue;
            } catch (EndOfFileException e) {
                return;
            }
            if (text.startsWith("\\") || isWord(text, "quit") || isWord(text, "exit")) {
                if (!command(text, terminal)) {
                    return;
                }
            } else {
                for (String sql : Statements.of(text).all()) {
                    if (!interruptible(sql, terminal)) {
                        break;
                    }
                }
            }
        }
    }

    private static boolean isWord(String text, String word) {
        return text.replace(";", "").strip().equalsIgnoreCase(word);
    }

    /// Returns false when the shell is to end.
    private boolean command(String text, Terminal terminal) {
        PrintWriter out = terminal.writer();
        String[] words = text.replace(";", "").strip().split("\\s+", 2);
        String argument = words.length == 2 ? words[1] : "";
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "\\q", "quit", "exit" -> {
                return false;
            }
            case "\\d" -> interruptible(argument.isEmpty() ? "SHOW TABLES" : "DESCRIBE " + argument, terminal);
            case "\\f" -> setFormat(argument, out);
            case "\\?", "\\h" -> out.print(HELP);
            default -> out.println("error: no command " + words[0] + "\n  hint: \\? lists them");
        }
        out.flush();
        return true;
    }

    private void setFormat(String name, PrintWriter out) {
        for (ResultFormat known : ResultFormat.values()) {
            if (known.name().equalsIgnoreCase(name)) {
                format = known;
                return;
            }
        }
        out.println("error: no format \"" + name + "\"\n  hint: table, csv or json");
    }

    /// Runs the statement in this thread, which Ctrl-C interrupts. Returns whether it went well.
    private boolean interruptible(String sql, Terminal terminal) {
        Thread running = Thread.currentThread();
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> running.interrupt());
        try {
            return run(sql, terminal.writer());
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            terminal.writer().flush();
        }
    }

    private boolean run(String sql, PrintWriter out) {
        try {
            SqlResult result = client.run(sql);
            ResultPrinter.of(format, out).print(result);
            return true;
        } catch (SqlFailure e) {
            out.println(e.describe(sql));
        } catch (AlluviumException e) {
            out.println("error: " + e.getMessage());
            e.hint().ifPresent(hint -> out.println("  hint: " + hint));
        } catch (InterruptedException e) {
            out.println("canceled");
        }
        return false;
    }
}
