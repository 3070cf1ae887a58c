package io.alluvium.sql;

import io.alluvium.sql.generated.SqlGrammarConstants;
import org.apache.calcite.sql.parser.SqlParserUtil;

/// The values of string tokens.
final class Quoted {

    private Quoted() {}

    /// The value of `'…'` or `E'…'`.
    static String string(Lexeme lexeme) {
        if (lexeme.is(SqlGrammarConstants.QUOTED_STRING)) {
            return lexeme.text().substring(1, lexeme.text().length() - 1).replace("''", "'");
        }
        String body = lexeme.text().substring(2, lexeme.text().length() - 1);
        try {
            return SqlParserUtil.replaceEscapedChars(body);
        } catch (SqlParserUtil.MalformedUnicodeEscape e) {
            throw SyntaxErrors.at(lexeme.start(), "the string has an escape that is not one: " + lexeme.text(), null);
        }
    }
}
