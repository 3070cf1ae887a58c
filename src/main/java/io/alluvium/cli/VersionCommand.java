package io.alluvium.cli;

import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Prints the versions of Alluvium, of its Kafka and of the Java it runs on.")
final class VersionCommand implements Runnable, IVersionProvider {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().getOut().println(String.join(System.lineSeparator(), getVersion()));
        spec.commandLine().getOut().flush();
    }

    @Override
    public String[] getVersion() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return new String[] {
            "alluvium " + (version == null ? "(not packaged)" : version),
            "kafka " + AppInfoParser.getVersion(),
            "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
        };
    }
}
