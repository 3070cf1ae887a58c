package io.alluvium.sql;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.generated.SimpleCharStream;
import io.alluvium.sql.generated.SqlGrammarConstants;
import io.alluvium.sql.generated.SqlGrammarTokenManager;
import io.alluvium.sql.generated.Token;
import io.alluvium.sql.generated.TokenMgrError;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts SQL text into tokens with the lexer of the generated grammar. Comments and white space are left out.
final class Lexer {

    private Lexer() {}

    /// @param lexemes all tokens, an empty one of the kind EOF at the end
    /// @param problem a comment that does not end; the text is cut off before it
    record Lexed(List<Lexeme> lexemes, Optional<AlluviumException> problem) {}

    static Lexed lex(SourceText source) {
        // Room for all of it at once: the generated stream would grow by 2 KB at a time in a long token.
        var stream = new SimpleCharStream(
                new StringReader(source.text()), 1, 1, source.text().length() + 1);
        stream.setTabSize(1);
        var tokens = new SqlGrammarTokenManager(stream);
        tokens.SwitchTo(SqlGrammarConstants.DQID);
        var lexemes = new ArrayList<Lexeme>();
        int end = 0;
        try {
            for (Token t = tokens.getNextToken(); t.kind != SqlGrammarConstants.EOF; t = tokens.getNextToken()) {
                int start = source.offset(t.beginLine, t.beginColumn);
                end = source.offset(t.endLine, t.endColumn) + 1;
                lexemes.add(new Lexeme(t.kind, source.text().substring(start, end), start, end));
            }
        } catch (TokenMgrError e) {
            int comment = openComment(source.text(), end);
            lexemes.add(end(comment));
            return new Lexed(
                    lexemes,
                    Optional.of(new AlluviumException(
                            ErrorCode.SYNTAX,
                            "the comment that begins here does not end",
                            "Close it with */; every /* inside it needs a */ of its own.",
                            comment + 1,
                            e)));
        }
        lexemes.add(end(source.length()));
        return new Lexed(lexemes, Optional.empty());
    }

    private static Lexeme end(int offset) {
        return new Lexeme(SqlGrammarConstants.EOF, "", offset, offset);
    }

    /// Where the comment begins that never ends, looking from the end of the last token.
    private static int openComment(String text, int from) {
        int depth = 0;
        int begin = from;
        for (int i = from; i < text.length(); i++) {
            if (text.startsWith("/*", i)) {
                if (depth++ == 0) {
                    begin = i;
                }
                i++;
            } else if (depth > 0 && text.startsWith("*/", i)) {
                depth--;
                i++;
            } else if (depth == 0 && text.startsWith("--", i)) {
                while (i + 1 < text.length() && text.charAt(i + 1) != '\n' && text.charAt(i + 1) != '\r') {
                    i++;
                }
            }
        }
        return begin;
    }
}
