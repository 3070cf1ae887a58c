package io.alluvium.sql;

import io.alluvium.sql.generated.SqlGrammarConstants;
import java.util.Locale;

/// One token of SQL text.
///
/// @param kind the token's number in [SqlGrammarConstants]
/// @param text the token as it is written, quotes included
/// @param start the offset of its first character
/// @param end the offset after its last character
record Lexeme(int kind, String text, int start, int end) {

    boolean is(int wantedKind) {
        return kind == wantedKind;
    }

    /// Whether this is that word, unquoted and in any case.
    boolean is(String word) {
        return isWord() && text.equalsIgnoreCase(word);
    }

    /// A keyword or an unquoted name.
    boolean isWord() {
        return switch (kind) {
            case SqlGrammarConstants.IDENTIFIER -> true;
            case SqlGrammarConstants.SOURCE_ADDRESS,
                    SqlGrammarConstants.QUOTED_IDENTIFIER,
                    SqlGrammarConstants.UNEXPECTED_CHARACTER,
                    SqlGrammarConstants.EOF -> false;
            default -> Character.isLetter(text.charAt(0)) && Character.isLetterOrDigit(text.charAt(text.length() - 1));
        };
    }

    boolean isKeyword() {
        return kind != SqlGrammarConstants.IDENTIFIER && isWord();
    }

    boolean isString() {
        return kind == SqlGrammarConstants.QUOTED_STRING || kind == SqlGrammarConstants.C_STYLE_ESCAPED_STRING_LITERAL;
    }

    /// The word in upper case.
    String word() {
        return text.toUpperCase(Locale.ROOT);
    }

    /// The value of a quoted name: what stands between the quotes.
    String quotedName() {
        return text.substring(1, text.length() - 1).replace("\"\"", "\"");
    }

    Lexeme as(int newKind, String newText) {
        return new Lexeme(newKind, newText, start, end);
    }

    Lexeme asName() {
        return as(SqlGrammarConstants.IDENTIFIER, text);
    }
}
