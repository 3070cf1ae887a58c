package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;

/// Lines that stay at the bottom of the terminal while the log runs above them: in place of standard error it wipes
/// them before anything is written there and draws them again after the end of a line.
final class StatusLines extends OutputStream {

    /// A line must take one row of the terminal, however narrow that is.
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    private final PrintStream terminal;
    private List<String> lines = List.of();
    private int drawn;
    private boolean atLineStart = true;

    StatusLines(PrintStream terminal) {
        this.terminal = terminal;
    }

    /// Takes the place of standard error until [#close()].
    static StatusLines install() {
        StatusLines lines = new StatusLines(System.err);
        System.setErr(new PrintStream(lines, true, UTF_8));
        return lines;
    }

    synchronized void show(List<String> newLines) {
        if (newLines.equals(lines)) {
            return;
        }
        wipe();
        lines = List.copyOf(newLines);
        draw();
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        wipe();
        terminal.write(bytes, offset, length);
        atLineStart = bytes[offset + length - 1] == '\n';
        draw();
    }

    @Override
    public synchronized void flush() {
        terminal.flush();
    }

    @Override
    public synchronized void close() {
        wipe();
        lines = List.of();
        terminal.flush();
        System.setErr(terminal);
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void wipe() {
        if (drawn > 0) {
            // To the first of the lines above, and clear from there to the end of the screen.
            terminal.printf("\r\u001b[%dA\u001b[0J", drawn);
            drawn = 0;
        }
    }

    private void draw() {
        if (!atLineStart || lines.isEmpty()) {
            return;
        }
        terminal.print(NO_WRAP);
        lines.forEach(line -> terminal.print(line + "\n"));
        terminal.print(WRAP);
        terminal.flush();
        drawn = lines.size();
    }
}
