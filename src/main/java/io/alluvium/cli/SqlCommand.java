package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "sql",
        description = "SQL shell against a running service. Without -c it reads from the terminal, or statements from"
                + " standard input when that is not one.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SqlCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "-c",
            paramLabel = "SQL",
            description = "Statements to run, separated by semicolons; may be repeated. The first error ends it.")
    private List<String> scripts = List.of();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where the service is; default: ${DEFAULT-VALUE}.",
            defaultValue = "http://127.0.0.1:${env:ALLUVIUM_HTTP_PORT:-8080}")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, csv or json; default: ${DEFAULT-VALUE}.",
            defaultValue = "table")
    private ResultFormat format = ResultFormat.TABLE;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireHttp();
        try (SqlClient client = new SqlClient(url)) {
            if (!scripts.isEmpty()) {
                return runAll(statements(scripts), client);
            }
            if (!StandardStreams.areTerminal()) {
                String script = new String(System.in.readAllBytes(), UTF_8);
                return runAll(Statements.of(script).all(), client);
            }
            return new SqlShell(client, format).run();
        }
    }

    private void requireHttp() {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--url takes an address such as http://127.0.0.1:8080, not " + url);
        }
    }

    private static List<String> statements(List<String> scripts) {
        List<String> statements = new ArrayList<>();
        scripts.forEach(script -> statements.addAll(Statements.of(script).all()));
        return statements;
    }

    private int runAll(List<String> statements, SqlClient client) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        ResultPrinter printer = ResultPrinter.of(format, out);
        for (String sql : statements) {
            try {
                printer.print(client.run(sql));
            } catch (SqlFailure e) {
                PrintWriter err = spec.commandLine().getErr();
                err.println(e.describe(sql));
                err.flush();
                return ExitCodes.of(e.category());
            }
        }
        return ExitCodes.DONE;
    }
}
