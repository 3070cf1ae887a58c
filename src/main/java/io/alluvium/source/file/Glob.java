package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Wildcards in paths, as shells have them: `*` and `?` within a name, `[a-c]` and `[!a-c]`, `{a,b}`, and
/// `**` for any number of directories, also none. A name that begins with a dot is only matched by a pattern
/// that does too. A backslash takes the meaning from the character behind it.
final class Glob {

    private static final String WILDCARDS = "*?[{";
    private static final int ANY_DEPTH = 64;

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int groups;

    private Glob(String glob) {
        this.glob = glob;
    }

    static boolean isGlob(String path) {
        return firstWildcard(path) >= 0;
    }

    /// The directory under which all matches lie.
    static String folder(String glob) {
        int slash = glob.lastIndexOf('/', firstWildcard(glob));
        return slash <= 0 ? "/" : unescaped(glob.substring(0, slash));
    }

    /// What stands behind [#folder].
    static String rest(String glob) {
        return glob.substring(glob.lastIndexOf('/', firstWildcard(glob)) + 1);
    }

    /// How many levels below [#folder] matches can lie.
    static int depth(String glob) {
        int wildcard = firstWildcard(glob);
        if (wildcard < 0 || glob.contains("**") || glob.indexOf('{') >= 0) {
            return ANY_DEPTH;
        }
        return (int) rest(glob).chars().filter(c -> c == '/').count() + 1;
    }

    private static String unescaped(String text) {
        return text.replace("\\", "");
    }

    private static int firstWildcard(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '\\') {
                i++;
            } else if (WILDCARDS.indexOf(path.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /// @throws AlluviumException CONFIGURATION when a bracket is not closed
    static Pattern regex(String glob) {
        var translation = new Glob(glob);
        while (translation.at < glob.length()) {
            translation.step();
        }
        if (translation.groups > 0) {
            throw illegal(glob, "a { is not closed", null);
        }
        try {
            return Pattern.compile(translation.regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw illegal(glob, e.getDescription(), e);
        }
    }

    private static AlluviumException illegal(String glob, String why, @Nullable Throwable cause) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "'" + glob + "' is not a glob: " + why,
                "Write \\ before a bracket or wildcard that is part of a name.",
                cause);
    }

    private void step() {
        boolean nameStarts = at > 0 && glob.charAt(at - 1) == '/';
        char c = glob.charAt(at++);
        switch (c) {
            case '*' -> star(nameStarts);
            case '?' -> regex.append(nameStarts ? "[^/.]" : "[^/]");
            case '[' -> characters(nameStarts);
            case '{' -> {
                groups++;
                regex.append("(?:");
            }
            case '}' -> {
                if (groups > 0) {
                    groups--;
                    regex.append(')');
                } else {
                    literal(c);
                }
            }
            case ',' -> {
                if (groups > 0) {
                    regex.append('|');
                } else {
                    literal(c);
                }
            }
            case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : c);
            default -> literal(c);
        }
    }

    private void star(boolean nameStarts) {
        if (!glob.startsWith("*", at)) {
            regex.append(nameStarts ? "(?!\\.)[^/]*" : "[^/]*");
            return;
        }
        at++;
        if (nameStarts && glob.startsWith("/", at)) {
            at++;
            regex.append("(?:(?!\\.)[^/]+/)*");
        } else {
            regex.append("(?:(?!/\\.).)*");
            if (nameStarts) {
                regex.insert(regex.length() - "(?:(?!/\\.).)*".length(), "(?!\\.)");
            }
        }
    }

    private void characters(boolean nameStarts) {
        int close = glob.indexOf(']', at + 1);
        if (close < 0) {
            throw illegal(glob, "a [ is not closed", null);
        }
        boolean negated = glob.charAt(at) == '!' || glob.charAt(at) == '^';
        String inside = glob.substring(negated ? at + 1 : at, close);
        regex.append("(?!/)").append(nameStarts ? "(?!\\.)" : "").append(negated ? "[^" : "[");
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            regex.append("\\[]^&".indexOf(c) >= 0 ? "\\" : "").append(c);
        }
        regex.append(']');
        at = close + 1;
    }

    private void literal(char c) {
        regex.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
    }
}
