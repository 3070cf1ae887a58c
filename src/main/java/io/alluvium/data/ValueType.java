package io.alluvium.data;

import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a setting or a `WITH` option can be: how its text is read, and in words what is allowed.
///
/// @param <T> the Java type of a value
public sealed interface ValueType<T> {

    /// @throws IllegalArgumentException when the text is not allowed; its message says what is
    T parse(String text);

    /// What is allowed, to follow "allowed is".
    String allowed();

    /// The text of a value as it is shown: the one spelling of words that have several, else as it was
    /// written.
    default String shown(String text) {
        return text.strip();
    }

    private IllegalArgumentException refused() {
        return new IllegalArgumentException("allowed is " + allowed());
    }

    /// A [Duration] from `min` to `max`, as [Durations] reads it.
    record Time(Duration min, Duration max) implements ValueType<Duration> {
        public static final Time ANY = new Time(Duration.ZERO, Durations.MAX);

        @Override
        public Duration parse(String text) {
            Duration value;
            try {
                value = Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw ((ValueType<?>) this).refused();
            }
            return value;
        }

        @Override
        public String allowed() {
            return "a duration from " + Durations.format(min) + " to " + Durations.format(max)
                    + ", such as 500ms, 2s, 5m";
        }
    }

    record Whole(int min, int max) implements ValueType<Integer> {
        @Override
        public Integer parse(String text) {
            try {
                int value = Integer.parseInt(text.strip());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("allowed is " + allowed(), e);
            }
            throw ((ValueType<?>) this).refused();
        }

        @Override
        public String allowed() {
            return "a whole number from " + min + " to " + max;
        }
    }

    /// A decimal number; NaN and infinite values are none.
    record Real(double min, double max) implements ValueType<Double> {
        @Override
        public Double parse(String text) {
            try {
                double value = Double.parseDouble(text.strip());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("allowed is " + allowed(), e);
            }
            throw ((ValueType<?>) this).refused();
        }

        @Override
        public String allowed() {
            return "a number from " + plain(min) + " to " + plain(max);
        }

        private static String plain(double value) {
            return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        }
    }

    record Flag() implements ValueType<Boolean> {
        @Override
        public Boolean parse(String text) {
            return switch (shown(text)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw ((ValueType<?>) this).refused();
            };
        }

        @Override
        public String allowed() {
            return "true or false";
        }

        @Override
        public String shown(String text) {
            return text.strip().toLowerCase(Locale.ROOT);
        }
    }

    /// One of a few words in any case.
    ///
    /// @param values the words, in lower case
    /// @param aliases other spellings, in lower case, and the word that each stands for
    /// @param refused words that other versions know and this one refuses
    record Choice(List<String> values, Map<String, String> aliases, List<String> refused) implements ValueType<String> {
        public Choice {
            values = List.copyOf(values);
            aliases = Map.copyOf(aliases);
            refused = List.copyOf(refused);
        }

        public static Choice of(String... values) {
            return new Choice(List.of(values), Map.of(), List.of());
        }

        @Override
        public String parse(String text) {
            String word = shown(text);
            if (!values.contains(word)) {
                throw ((ValueType<?>) this).refused();
            }
            return word;
        }

        public boolean isRefused(String text) {
            return refused.contains(shown(text));
        }

        @Override
        public String allowed() {
            return values.size() == 1 ? values.getFirst() : "one of " + String.join(", ", values);
        }

        @Override
        public String shown(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            return aliases.getOrDefault(word, word);
        }
    }

    /// Text that is not empty, kept as it is.
    record Text(String meaning) implements ValueType<String> {
        @Override
        public String parse(String text) {
            if (text.isEmpty()) {
                throw ((ValueType<?>) this).refused();
            }
            return text;
        }

        @Override
        public String allowed() {
            return meaning;
        }

        @Override
        public String shown(String text) {
            return text;
        }
    }

    /// Text of a form.
    record Form(Pattern pattern, String meaning) implements ValueType<String> {
        @Override
        public String parse(String text) {
            if (!pattern.matcher(text.strip()).matches()) {
                throw ((ValueType<?>) this).refused();
            }
            return text.strip();
        }

        @Override
        public String allowed() {
            return meaning;
        }
    }

    /// Exactly one character; `\t` stands for the tab.
    record OneCharacter() implements ValueType<Character> {
        @Override
        public Character parse(String text) {
            if (text.equals("\\t")) {
                return '\t';
            }
            if (text.length() != 1 || text.charAt(0) == '\n' || text.charAt(0) == '\r') {
                throw ((ValueType<?>) this).refused();
            }
            return text.charAt(0);
        }

        @Override
        public String allowed() {
            return "exactly one character that is not a line break (\\t for the tab)";
        }

        @Override
        public String shown(String text) {
            return text.equals("\t") ? "\\t" : text;
        }
    }

    /// One URL or several with commas between them, shown without a password.
    record Url() implements ValueType<String> {
        private static final Pattern PASSWORD = Pattern.compile("(://[^/@:]*:)[^/]*@");

        @Override
        public String parse(String text) {
            if (text.isBlank()) {
                throw ((ValueType<?>) this).refused();
            }
            return text.strip();
        }

        @Override
        public String allowed() {
            return "a URL such as http://registry.internal:8081";
        }

        @Override
        public String shown(String text) {
            return PASSWORD.matcher(text.strip()).replaceAll("$1********@");
        }
    }

    /// The name of a character set that this JVM has.
    record Encoding() implements ValueType<Charset> {
        @Override
        public Charset parse(String text) {
            try {
                return Charset.forName(text.strip());
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                throw new IllegalArgumentException("allowed is " + allowed(), e);
            }
        }

        @Override
        public String allowed() {
            return "the name of a character set, such as UTF-8, ISO-8859-1 or windows-1252";
        }
    }

    /// An amount of memory in bytes: a number with the unit `KB`, `MB` or `GB` (steps of 1,024) or a share
    /// of `whole`.
    record Memory(long whole) implements ValueType<Long> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)\\s*(%|[kmg]i?b?|b?)");
        private static final long LEAST = 1L << 20;

        @Override
        public Long parse(String text) {
            Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw ((ValueType<?>) this).refused();
            }
            double number = Double.parseDouble(matcher.group(1));
            String unit = matcher.group(2);
            if (unit.equals("%") && number > 90) {
                throw ((ValueType<?>) this).refused();
            }
            double bytes = number
                    * switch (unit.isEmpty() ? 'b' : unit.charAt(0)) {
                        case '%' -> whole / 100.0;
                        case 'k' -> 1L << 10;
                        case 'm' -> 1L << 20;
                        case 'g' -> 1L << 30;
                        default -> 1;
                    };
            if (bytes < LEAST || bytes > 1L << 50) {
                throw ((ValueType<?>) this).refused();
            }
            return (long) bytes;
        }

        @Override
        public String allowed() {
            return "an amount of memory from 1MB, such as 512MB or 4GB, or a share of the heap up to 90%";
        }
    }
}
