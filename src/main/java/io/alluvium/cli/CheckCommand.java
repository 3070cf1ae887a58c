package io.alluvium.cli;

import io.alluvium.app.ServiceLauncher;
import io.alluvium.app.ServiceLauncher.Findings;
import io.alluvium.app.ServiceLauncher.Problem;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Checks the settings and every definition without connecting anywhere.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private final ServiceLauncher launcher;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "Settings (alluvium.properties) and definitions (tables/*.sql); default: config.")
    private @Nullable Path config;

    CheckCommand(ServiceLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        Path directory = Places.ofProcess().orDefault(config, "config");
        if (!Files.isDirectory(directory)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "there is no directory " + directory,
                    "name the directory that holds alluvium.properties and tables/ with --config");
        }
        Logging.configure(directory);
        Findings findings = launcher.check(directory);
        if (findings.problems().isEmpty()) {
            spec.commandLine().getOut().println(count(findings.tables(), "table") + ", no problem");
            spec.commandLine().getOut().flush();
            return ExitCodes.DONE;
        }
        PrintWriter err = spec.commandLine().getErr();
        findings.problems().forEach(problem -> print(problem, err));
        err.println(count(findings.problems().size(), "problem"));
        err.flush();
        return ExitCodes.INPUT;
    }

    private static void print(Problem problem, PrintWriter out) {
        StringBuilder place = new StringBuilder(problem.file());
        if (problem.line() > 0) {
            place.append(':').append(problem.line());
            if (problem.column() > 0) {
                place.append(':').append(problem.column());
            }
        }
        out.println(place + ": " + problem.message());
        problem.hint().ifPresent(hint -> out.println("  hint: " + hint));
    }

    private static String count(int number, String of) {
        return number + " " + of + (number == 1 ? "" : "s");
    }
}
