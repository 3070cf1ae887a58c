<#-- Additions to Calcite's query grammar. -->

/* The address of a source, without quotes: file:///data/a-*.csv?format=csv&delimiter=;
 *
 * It is one token, so that `//` and the characters of a glob mean nothing else in it. It ends before white space, a
 * comma, a semicolon, a parenthesis or a quote; but a comma may stand inside {a,b} and [a,b], and a comma or semicolon
 * directly after `=`. */
<DEFAULT, DQID, BTID> TOKEN :
{
    < SOURCE_ADDRESS:
        ["a"-"z"] (["a"-"z", "0"-"9", "+"])* "://"
        (
            ~[" ", "\t", "\n", "\r", "\f", ",", ";", "(", ")", "'", "\"", "{", "[", "="]
        |
            "{" (~["{", "}", "\n", "\r"])* "}"
        |
            "[" (~["[", "]", "\n", "\r"])* "]"
        |
            "=" ([",", ";"])?
        )*
    >
}

/* Comments nest, as in PostgreSQL. */
<IN_MULTI_LINE_COMMENT> MORE :
{
    "/*" { pushState(); }
}

/* expression::type, any number of times. */
void InfixCast(List<Object> list, ExprContext exprContext, Span s) :
{
    final SqlDataTypeSpec type;
}
{
    <INFIX_CAST> { checkNonQueryExpression(exprContext); }
    type = DataType() {
        list.add(new SqlParserUtil.ToTreeListItem(SqlLibraryOperators.INFIX_CAST, s.pos()));
        list.add(type);
    }
}
