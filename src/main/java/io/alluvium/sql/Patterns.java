package io.alluvium.sql;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Regular expressions of one call, of which the last is kept compiled: in most calls it is the same for all rows.
/// One thread uses it.
///
/// Java's expressions backtrack, some of them practically for ever, and go as deep as the text is long. So the
/// characters that one match looks at are counted, and the end of the stack is an error of the expression.
final class Patterns {

    /// About a second.
    private static final int MOST_STEPS = 100_000_000;

    private String text = "";
    private Pattern pattern = Pattern.compile("");

    boolean find(String regex, String in) {
        return match(regex, in, Matcher::find);
    }

    String replaceFirst(String regex, String in, String replacement) {
        return match(regex, in, matcher -> matcher.replaceFirst(replacement));
    }

    private <T> T match(String regex, String in, Function<Matcher, T> use) {
        try {
            return use.apply(of(regex).matcher(new Counted(in, regex)));
        } catch (StackOverflowError e) {
            throw tooHard(regex, e);
        }
    }

    private Pattern of(String wanted) {
        if (!wanted.equals(text)) {
            try {
                pattern = Pattern.compile(wanted);
            } catch (PatternSyntaxException e) {
                throw new AlluviumException(
                        ErrorCode.INVALID_PARAMETER,
                        "'" + wanted + "' is no regular expression: " + e.getDescription(),
                        "Regular expressions are those of Java.",
                        e);
            } catch (StackOverflowError e) {
                throw tooHard(wanted, e);
            }
            text = wanted;
        }
        return pattern;
    }

    private static AlluviumException tooHard(String regex, StackOverflowError e) {
        return new AlluviumException(ErrorCode.INVALID_PARAMETER, tooHardMessage(regex), TOO_HARD_HINT, e);
    }

    private static String tooHardMessage(String regex) {
        return "the regular expression '" + regex + "' takes too many steps on a text";
    }

    private static final String TOO_HARD_HINT =
            "Write it without repetitions inside repetitions such as (a*)*, or with possessive ones: (?:a|b)*+.";

    /// A text that counts how often it is read, and ends with its query.
    private static final class Counted implements CharSequence {
        private final String text;
        private final String regex;
        private int steps;

        Counted(String text, String regex) {
            this.text = text;
            this.regex = regex;
        }

        @Override
        public char charAt(int index) {
            if (++steps > MOST_STEPS) {
                throw new AlluviumException(ErrorCode.INVALID_PARAMETER, tooHardMessage(regex), TOO_HARD_HINT);
            }
            if ((steps & 0xFFFF) == 0 && Thread.currentThread().isInterrupted()) {
                throw new AlluviumException(ErrorCode.QUERY_CANCELED, "the query was canceled", null);
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
