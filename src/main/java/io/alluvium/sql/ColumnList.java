package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the column list of a definition: `(symbol VARCHAR PRIMARY KEY, price DECIMAL(18,4) NOT NULL, …)`.
///
/// The length of `VARCHAR(20)` and the precision of `TIMESTAMP(3)` are read and have no effect: a text has any
/// length, a time microseconds.
final class ColumnList {

    private static final Set<String> TYPES = Set.of(
            "BOOLEAN",
            "INTEGER",
            "BIGINT",
            "REAL",
            "DOUBLE",
            "DECIMAL",
            "NUMERIC",
            "VARCHAR",
            "TEXT",
            "BYTEA",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "TIMESTAMPTZ",
            "UUID",
            "JSON");
    private static final Set<String> REFUSED_CONSTRAINTS =
            Set.of("CHECK", "COLLATE", "DEFAULT", "FOREIGN", "GENERATED", "REFERENCES", "UNIQUE");

    private final Tokens tokens;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final List<String> key = new ArrayList<>();
    private @Nullable Lexeme keyAt;

    private ColumnList(Tokens tokens) {
        this.tokens = tokens;
    }

    /// @param key the columns of the primary key, empty when the list names none
    record Declared(List<Column> columns, List<String> key) {
        static final Declared NOTHING = new Declared(List.of(), List.of());
    }

    /// Reads from the opening parenthesis to the closing one.
    static Declared read(Tokens tokens) {
        return new ColumnList(tokens).read();
    }

    private Declared read() {
        tokens.expect(LPAREN, "(");
        do {
            element();
        } while (tokens.accept(COMMA));
        if (!tokens.accept(RPAREN)) {
            throw SyntaxErrors.expected("',' or ')'", tokens.peek());
        }
        return new Declared(keyed(), List.copyOf(key));
    }

    private void element() {
        refuseConstraint();
        if (tokens.peek().is("CONSTRAINT")) {
            tokens.next();
            tokens.name("the constraint's name");
            refuseConstraint();
            if (!tokens.peek().is("PRIMARY")) {
                throw SyntaxErrors.expected("PRIMARY KEY", tokens.peek());
            }
        }
        if (tokens.peek().is("PRIMARY")) {
            primaryKeyList();
        } else {
            column();
        }
    }

    private void primaryKeyList() {
        primaryKey();
        tokens.expect(LPAREN, "(");
        do {
            addKey(tokens.peek(), tokens.name("a column of the key"));
        } while (tokens.accept(COMMA));
        tokens.expect(RPAREN, ")");
    }

    private void primaryKey() {
        Lexeme at = tokens.next();
        tokens.expect("KEY");
        if (keyAt != null) {
            throw invalid("there are two primary keys", "Write PRIMARY KEY (a, b) for a key of several columns.", at);
        }
        keyAt = at;
    }

    private void addKey(Lexeme at, String name) {
        if (key.contains(name)) {
            throw new AlluviumException(
                    ErrorCode.DUPLICATE_COLUMN,
                    "the column " + name + " stands twice in the key",
                    null,
                    at.start() + 1,
                    null);
        }
        key.add(name);
    }

    private void column() {
        Lexeme at = tokens.peek();
        String name = tokens.name("a column's name");
        ColumnType type = type(name);
        boolean nullable = true;
        while (!tokens.peek().is(COMMA) && !tokens.peek().is(RPAREN)) {
            refuseConstraint();
            if (tokens.accept("NOT", "NULL")) {
                nullable = false;
            } else if (tokens.peek().is("PRIMARY")) {
                primaryKey();
                addKey(at, name);
            } else if (!tokens.accept("NULL")) {
                throw SyntaxErrors.expected("',', ')', NOT NULL or PRIMARY KEY", tokens.peek());
            }
        }
        if (columns.put(name, new Column(name, type, nullable)) != null) {
            throw new AlluviumException(
                    ErrorCode.DUPLICATE_COLUMN, "the column " + name + " stands twice", null, at.start() + 1, null);
        }
    }

    private void refuseConstraint() {
        Lexeme lexeme = tokens.peek();
        if (lexeme.isWord() && REFUSED_CONSTRAINTS.contains(lexeme.word()) && !isColumn(lexeme)) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    lexeme.word() + " is not supported in a column list",
                    "A column has a name, a type, and may have NOT NULL and PRIMARY KEY.",
                    lexeme.start() + 1,
                    null);
        }
    }

    /// `generated BOOLEAN` is a column; the other words are reserved.
    private boolean isColumn(Lexeme lexeme) {
        return !NamesInQuery.RESERVED.contains(lexeme.word())
                && tokens.peek(1).isWord()
                && !tokens.peek(1).is("ALWAYS");
    }

    private ColumnType type(String column) {
        Lexeme first = tokens.peek();
        if (!first.isWord()) {
            throw SyntaxErrors.expected(
                    "the type of " + column, first, "Types are " + String.join(", ", sortedTypes()) + ".");
        }
        tokens.next();
        String name = first.word();
        if (name.equals("DOUBLE")) {
            tokens.accept("PRECISION");
        } else if (name.equals("CHARACTER") || name.equals("CHAR")) {
            tokens.accept("VARYING");
        }
        List<Integer> digits = digits();
        if (name.equals("TIMESTAMP") || name.equals("TIME")) {
            name = withZone(name, first);
        }
        refuseArray(first);
        return named(name, first, digits);
    }

    private String withZone(String name, Lexeme first) {
        boolean zoned = tokens.peek().is("WITH");
        if (!zoned && !tokens.peek().is("WITHOUT")) {
            return name;
        }
        tokens.next();
        tokens.expect("TIME");
        tokens.expect("ZONE");
        if (zoned && name.equals("TIME")) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "TIME WITH TIME ZONE is not supported",
                    "Use TIME or TIMESTAMPTZ.",
                    first.start() + 1,
                    null);
        }
        return zoned ? "TIMESTAMP WITH TIME ZONE" : name;
    }

    private void refuseArray(Lexeme first) {
        if (tokens.peek().is(LBRACKET) || tokens.peek().is("ARRAY")) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "columns of arrays cannot be declared",
                    "Declare the column as JSON; elements are then read as " + first.text() + " by CAST.",
                    first.start() + 1,
                    null);
        }
    }

    private ColumnType named(String name, Lexeme first, List<Integer> digits) {
        int precision = digits.isEmpty() ? 0 : digits.getFirst();
        int scale = digits.size() > 1 ? digits.get(1) : 0;
        if (digits.size() > 1 && !Set.of("DECIMAL", "NUMERIC", "DEC").contains(name)) {
            throw invalid(first.text() + " takes one number, not two", null, first);
        }
        if (!digits.isEmpty() && precision == 0 && digits.size() <= 2 && name.startsWith("DEC")) {
            throw invalid("DECIMAL(0): the precision is at least 1", null, first);
        }
        try {
            return ColumnType.named(name, precision, scale).orElseThrow(() -> unknownType(first));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), null, first);
        }
    }

    private static AlluviumException unknownType(Lexeme first) {
        List<String> near = Nearest.to(first.text(), TYPES, 1);
        return invalid(
                "there is no type " + first.text().toUpperCase(Locale.ROOT),
                near.isEmpty()
                        ? "Types are " + String.join(", ", sortedTypes()) + "."
                        : "Did you mean " + near.getFirst() + "?",
                first);
    }

    private static List<String> sortedTypes() {
        return TYPES.stream().sorted().toList();
    }

    private List<Integer> digits() {
        var digits = new ArrayList<Integer>();
        if (tokens.accept(LPAREN)) {
            do {
                Lexeme number = tokens.peek();
                if (!number.is(UNSIGNED_INTEGER_LITERAL) || number.text().length() > 9) {
                    throw SyntaxErrors.expected("a whole number", number);
                }
                digits.add(Integer.parseInt(tokens.next().text()));
            } while (digits.size() < 2 && tokens.accept(COMMA));
            tokens.expect(RPAREN, ")");
        }
        return digits;
    }

    /// The columns, those of the key without NULL.
    private List<Column> keyed() {
        for (String name : key) {
            if (columns.isEmpty()) {
                break;
            }
            Column column = columns.get(name);
            if (column == null && SystemColumn.isName(name)) {
                continue;
            }
            if (column == null) {
                List<String> near = Nearest.to(name, columns.keySet(), 1);
                throw new AlluviumException(
                        ErrorCode.UNDEFINED_COLUMN,
                        "the key names the column " + name + ", which the list does not have",
                        near.isEmpty() ? null : "Did you mean " + near.getFirst() + "?",
                        keyAt == null ? 0 : keyAt.start() + 1,
                        null);
            }
            columns.put(name, new Column(name, column.type(), false));
        }
        return List.copyOf(columns.values());
    }

    private static AlluviumException invalid(String message, @Nullable String hint, Lexeme at) {
        return new AlluviumException(ErrorCode.INVALID_DEFINITION, message, hint, at.start() + 1, null);
    }
}
