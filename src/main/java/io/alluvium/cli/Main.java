package io.alluvium.cli;

import io.alluvium.app.ServiceLauncher;
import io.alluvium.app.Wiring;
import io.alluvium.fault.AlluviumException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `alluvium`: chooses the command, runs it, and turns errors into messages and exit codes.
@Command(
        name = "alluvium",
        description = "Streaming tables in SQL.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:your input is wrong: a definition, a setting, SQL",
            "2:wrong usage of the command line",
            "3:something outside failed: Kafka, a database, a port in use",
            "4:a fault of Alluvium's"
        },
        footer = {
            "",
            "Environment:",
            "  ALLUVIUM_JAVA_HOME   the JDK to use, 25 or newer",
            "  ALLUVIUM_HEAP        the heap, such as 4g; default 60 %% of the memory",
            "  ALLUVIUM_JAVA_OPTS   further options for the JVM",
            "  ALLUVIUM_AOT         off: neither make nor use the cache that shortens the start",
            "  ALLUVIUM_DEBUG       1: show stack traces with errors",
            "  ALLUVIUM_<SETTING>   a setting: alluvium.http.port is ALLUVIUM_HTTP_PORT"
        })
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        int code = commandLine(Wiring.launcher()).execute(arguments);
        System.out.flush();
        System.exit(code);
    }

    static CommandLine commandLine(ServiceLauncher launcher) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(new StartCommand(launcher));
        commandLine.addSubcommand(new DemoCommand(launcher));
        commandLine.addSubcommand(new CheckCommand(launcher));
        commandLine.addSubcommand(new SqlCommand());
        commandLine.addSubcommand(new CommandLine(new TestCommand()).setUnmatchedOptionsArePositionalParams(true));
        commandLine.addSubcommand(new VersionCommand());
        commandLine.addSubcommand(new TrainCommand(launcher));
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> report(e, failed.getErr()));
        commandLine.setParameterExceptionHandler((e, rest) -> reportUsage(e));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        return commandLine;
    }

    /// Without a command there is nothing to do but to say which there are.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static int report(Exception error, PrintWriter out) {
        if (error instanceof AlluviumException known) {
            out.println("error: " + known.getMessage());
            known.hint().ifPresent(hint -> out.println("  hint: " + hint));
        } else {
            out.println("error: " + error);
            out.println("  hint: this is a fault of Alluvium's; ALLUVIUM_DEBUG=1 shows where");
        }
        String debug = System.getenv("ALLUVIUM_DEBUG");
        if (debug != null && !debug.isEmpty()) {
            error.printStackTrace(out);
        }
        out.flush();
        return ExitCodes.of(error);
    }

    private static int reportUsage(ParameterException error) {
        CommandLine command = error.getCommandLine();
        PrintWriter out = command.getErr();
        out.println("error: " + error.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, out)) {
            command.usage(out, command.getColorScheme());
        }
        out.flush();
        return ExitCodes.USAGE;
    }
}
