package io.alluvium.cli;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/// What a command printed and returned.
record Run(int code, String out, String err) {

    static Run of(String... arguments) {
        return of(new NoService(), arguments);
    }

    static Run of(ServiceLauncher launcher, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine(launcher);
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int code = commandLine.execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }

    private static final class NoService implements ServiceLauncher {
        @Override
        public RunningService start(Startup startup) {
            throw new AssertionError("nothing should start");
        }

        @Override
        public Findings check(Path config) {
            return new Findings(0, List.of());
        }
    }
}
