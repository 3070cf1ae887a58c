package io.alluvium.cli;

import java.io.Console;

/// Standard input and output of this process.
final class StandardStreams {

    private StandardStreams() {}

    /// Whether a person sits at both ends.
    // Since 25 the console is null again when there is none.
    @SuppressWarnings("SystemConsoleNull")
    static boolean areTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
