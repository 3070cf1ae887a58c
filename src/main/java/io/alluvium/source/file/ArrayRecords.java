package io.alluvium.source.file;

import java.io.IOException;

/// The elements of one JSON array. They are cut apart by their brackets alone, so that one that is no JSON
/// does not spoil the others. Their offsets are those in the file's text.
final class ArrayRecords extends Records {

    private State state = State.BEFORE;
    private boolean noArray;

    private enum State {
        BEFORE,
        INSIDE,
        BEHIND,
        DONE
    }

    ArrayRecords(TextWindow text) {
        super(text, 1, true);
    }

    @Override
    boolean advance() throws IOException {
        while (skipSpace()) {
            byte first = text.bytes[text.from];
            switch (state) {
                case BEFORE -> {
                    if (first != '[') {
                        state = State.DONE;
                        noArray = true;
                        return failRest("the file is not a JSON array: it begins with '" + (char) first + "'");
                    }
                    text.from++;
                    state = State.INSIDE;
                }
                case INSIDE -> {
                    if (first != ']') {
                        return element();
                    }
                    text.from++;
                    state = State.BEHIND;
                }
                case BEHIND -> {
                    state = State.DONE;
                    return failRest("something follows the JSON array");
                }
                case DONE -> {
                    return false;
                }
            }
        }
        if (state == State.INSIDE) {
            state = State.DONE;
            return failRest("the JSON array is cut off: its ] is missing");
        }
        return false;
    }

    /// Whether the file turned out to be something else.
    boolean isNoArray() {
        return noArray;
    }

    private boolean skipSpace() throws IOException {
        while (true) {
            while (text.from < text.to) {
                byte next = text.bytes[text.from];
                if (next == '\n') {
                    nextLine++;
                } else if (next != ' ' && next != '\t' && next != '\r' && !(next == ',' && state == State.INSIDE)) {
                    return true;
                }
                text.from++;
            }
            if (!text.more()) {
                return false;
            }
        }
    }

    private boolean element() throws IOException {
        offset = text.textOffset(text.from);
        line = nextLine;
        int depth = 0;
        boolean quoted = false;
        boolean escaped = false;
        int searched = 0;
        while (true) {
            for (int at = text.from + searched; at < text.to; at++) {
                byte next = text.bytes[at];
                if (next == '\n') {
                    nextLine++;
                }
                if (quoted) {
                    if (escaped) {
                        escaped = false;
                    } else if (next == '\\') {
                        escaped = true;
                    } else if (next == '"') {
                        quoted = false;
                    }
                } else if (next == '"') {
                    quoted = true;
                } else if (next == '{' || next == '[') {
                    depth++;
                } else if (depth == 0 && (next == ',' || next == ']')) {
                    return take(at);
                } else if (next == '}' || next == ']') {
                    depth--;
                    if (depth <= 0) {
                        return take(at + 1);
                    }
                }
            }
            searched = text.to - text.from;
            if (text.isTooLong()) {
                if (problem == null) {
                    problem = tooLong();
                    keepRaw();
                }
                text.from = text.to;
                searched = 0;
            }
            if (!text.more()) {
                problem = "the JSON array is cut off within an element";
                state = State.DONE;
                return take(text.to);
            }
        }
    }

    private boolean take(int to) {
        start = text.from;
        end = to;
        text.from = to;
        if (problem == null && end - start > TextWindow.LONGEST_RECORD) {
            problem = tooLong();
        }
        while (end > start && text.bytes[end - 1] <= ' ' && text.bytes[end - 1] >= 0) {
            end--;
        }
        return true;
    }

    private boolean failRest(String why) {
        offset = text.textOffset(text.from);
        line = nextLine;
        problem = why;
        start = text.from;
        end = text.to;
        text.from = text.to;
        return true;
    }
}
