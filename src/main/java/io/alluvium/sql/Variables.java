package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.LPAREN;
import static io.alluvium.sql.generated.SqlGrammarConstants.QUOTED_IDENTIFIER;
import static io.alluvium.sql.generated.SqlGrammarConstants.QUOTED_STRING;
import static io.alluvium.sql.generated.SqlGrammarConstants.RPAREN;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts the values of `${NAME}` and `${NAME:default}` into strings, and into what is quoted inside `WITH (…)`. The
/// text of the statement keeps the names, so that no value of the environment is ever shown.
final class Variables {

    /// Leaves every text as it is.
    static final Variables NONE = new Variables(null);

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]*)(?::([^}]*))?}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final @Nullable Function<String, Optional<String>> environment;

    private Variables(@Nullable Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    static Variables of(Function<String, Optional<String>> environment) {
        return new Variables(environment);
    }

    /// @throws AlluviumException CONFIGURATION when the environment lacks a variable that has no default
    List<Lexeme> fill(List<Lexeme> statement) {
        Function<String, Optional<String>> values = environment;
        if (values == null
                || statement.stream().noneMatch(lexeme -> lexeme.text().contains("${"))) {
            return statement;
        }
        var filled = new ArrayList<Lexeme>(statement.size());
        boolean inOptions = false;
        for (int i = 0; i < statement.size(); i++) {
            Lexeme lexeme = statement.get(i);
            if (lexeme.is(LPAREN) && i > 0 && statement.get(i - 1).is("WITH")) {
                inOptions = true;
            } else if (lexeme.is(RPAREN)) {
                inOptions = false;
            }
            if (lexeme.is(QUOTED_STRING)) {
                filled.add(fill(lexeme, "'", values));
            } else if (lexeme.is(QUOTED_IDENTIFIER) && inOptions) {
                filled.add(fill(lexeme, "\"", values));
            } else {
                filled.add(lexeme);
            }
        }
        return filled;
    }

    private static Lexeme fill(Lexeme lexeme, String quote, Function<String, Optional<String>> environment) {
        var text = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(lexeme.text());
        while (matcher.find()) {
            String name = matcher.group(1);
            int offset = lexeme.start() + matcher.start();
            if (!NAME.matcher(name).matches()) {
                throw configuration(
                        "'" + name + "' in ${" + name + "} is not the name of an environment variable",
                        "Names have letters, digits and _.",
                        offset);
            }
            String value = environment
                    .apply(name)
                    .map(v -> v.replace(quote, quote + quote))
                    .or(() -> Optional.ofNullable(matcher.group(2)))
                    .orElseThrow(() -> configuration(
                            "the environment variable " + name + " is not set",
                            "Set " + name + ", or write ${" + name + ":default}.",
                            offset));
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        return lexeme.as(lexeme.kind(), text.toString());
    }

    private static AlluviumException configuration(String message, String hint, int offset) {
        return new AlluviumException(ErrorCode.CONFIGURATION, message, hint, offset + 1, null);
    }
}
