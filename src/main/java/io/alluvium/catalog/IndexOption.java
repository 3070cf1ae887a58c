package io.alluvium.catalog;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the option `index`: items with commas between them, each a column or several in parentheses, each item an
/// index of its own. Names fold to lower case unless they stand in double quotes.
final class IndexOption {

    static final String NAME = "index";
    static final String MEANING =
            "columns with commas between them, several in parentheses for one index over them: status, (customer, at)";

    private final String text;
    private int at;

    private IndexOption(String text) {
        this.text = text;
    }

    /// The columns of each index.
    ///
    /// @throws AlluviumException CONFIGURATION when the text is no such list
    static List<List<String>> read(String text) {
        return new IndexOption(text).read();
    }

    private List<List<String>> read() {
        var indexes = new ArrayList<List<String>>();
        do {
            List<String> columns = accept('(') ? group() : List.of(name());
            if (indexes.contains(columns)) {
                throw wrong("the index over " + String.join(", ", columns) + " is there twice");
            }
            indexes.add(columns);
        } while (accept(','));
        if (at < text.length()) {
            throw wrong("',' or the end is expected at '" + text.substring(at) + "'");
        }
        return indexes;
    }

    private List<String> group() {
        var columns = new ArrayList<String>();
        do {
            String name = name();
            if (columns.contains(name)) {
                throw wrong("the column " + name + " is there twice in one index");
            }
            columns.add(name);
        } while (accept(','));
        if (!accept(')')) {
            throw wrong("')' is missing");
        }
        return columns;
    }

    private String name() {
        skipBlanks();
        return at < text.length() && text.charAt(at) == '"' ? quotedName() : plainName();
    }

    private String plainName() {
        int start = at;
        while (at < text.length() && ",()\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String name = text.substring(start, at).strip();
        if (name.isEmpty()) {
            throw wrong("a column is missing");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private String quotedName() {
        var name = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                name.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                name.append('"');
                at++;
            } else {
                skipBlanks();
                return name.toString();
            }
        }
        throw wrong("a closing double quote is missing");
    }

    private boolean accept(char wanted) {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != wanted) {
            return false;
        }
        at++;
        skipBlanks();
        return true;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private AlluviumException wrong(String what) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "the option 'index' = '" + text + "' is not allowed: " + what,
                "Allowed are " + MEANING + ".");
    }
}
