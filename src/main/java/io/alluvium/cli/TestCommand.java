package io.alluvium.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Stands in the list of commands; the launcher runs the tests itself, before there is anything built.
@Command(
        name = "test",
        description = "Runs everything that CI runs: ./mvnw verify on the right JDK; further arguments are Maven's.")
final class TestCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "ARG", description = "Arguments for Maven.")
    private List<String> arguments = List.of();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "tests are run by the launcher in the source tree: "
                        + String.join(" ", "./alluvium test", String.join(" ", arguments))
                                .strip());
    }
}
