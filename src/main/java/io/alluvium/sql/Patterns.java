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

    /// @param replacement in which `\1` is the first group of the match and `\&` the match
    String replaceFirst(String regex, String in, String replacement) {
        return match(regex, in, matcher -> {
            if (!matcher.find()) {
                return in;
            }
            var out = new StringBuilder(in.length());
            out.append(in, 0, matcher.start());
            for (int i = 0; i < replacement.length(); i++) {
                char c = replacement.charAt(i);
                char next = i + 1 < replacement.length() ? replacement.charAt(i + 1) : 0;
                if (c == '\\' && ((next >= '0' && next <= '9') || next == '&')) {
                    TextFunctions.append(out, group(matcher, next == '&' ? 0 : next - '0'));
                    i++;
                } else {
                    out.append(c);
                }
            }
            TextFunctions.append(out, in.substring(matcher.end()));
            return out.toString();
        });
    }

    /// The text of a group; of one that there is not or that matched nothing, the empty text.
    private static String group(Matcher matcher, int number) {
        String text = number > matcher.groupCount() ? null : matcher.group(number);
        return text == null ? "" : text;
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
