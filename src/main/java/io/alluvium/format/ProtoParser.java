package io.alluvium.format;

import io.alluvium.format.ProtoFile.Enumeration;
import io.alluvium.format.ProtoFile.Field;
import io.alluvium.format.ProtoFile.Label;
import io.alluvium.format.ProtoFile.Message;
import io.alluvium.format.ProtoFile.Symbol;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the text of a `.proto` file in the syntax proto2 or proto3. Options, services and extensions are passed
/// over: what a value's bytes mean does not depend on them.
final class ProtoParser {

    private static final int DEEPEST = 50;

    private final ProtoTokens tokens;
    private final List<Message> messages = new ArrayList<>();
    private final List<Enumeration> enums = new ArrayList<>();
    private String packageName = "";
    private boolean proto3;

    private ProtoParser(String text) throws BadValueException {
        tokens = new ProtoTokens(text);
    }

    static ProtoFile parse(String text) throws BadValueException {
        return new ProtoParser(text).file();
    }

    private ProtoFile file() throws BadValueException {
        while (!tokens.peek().isEmpty()) {
            String word = tokens.take();
            switch (word) {
                case ";" -> {}
                case "syntax" -> syntax();
                case "edition" -> throw tokens.wrong("editions are not supported; write syntax = \"proto3\"");
                case "package" -> {
                    packageName = tokens.name();
                    tokens.expect(";");
                }
                case "message" -> messages.add(message(0));
                case "enum" -> enums.add(enumeration());
                case "import", "option", "service", "extend" -> tokens.skipStatement();
                default -> throw tokens.wrong("'" + word + "' begins no declaration");
            }
        }
        return new ProtoFile(packageName, proto3, messages, enums);
    }

    private void syntax() throws BadValueException {
        tokens.expect("=");
        String syntax = tokens.text();
        if (!syntax.equals("proto2") && !syntax.equals("proto3")) {
            throw tokens.wrong("the syntax '" + syntax + "' is not known");
        }
        proto3 = syntax.equals("proto3");
        tokens.expect(";");
    }

    private Message message(int depth) throws BadValueException {
        if (depth > DEEPEST) {
            throw tokens.wrong("messages are nested deeper than " + DEEPEST);
        }
        String name = tokens.name();
        var fields = new ArrayList<Field>();
        var inner = new ArrayList<Message>();
        var innerEnums = new ArrayList<Enumeration>();
        tokens.expect("{");
        while (!tokens.takeIf("}")) {
            String word = tokens.name(";");
            switch (word) {
                case ";" -> {}
                case "message" -> inner.add(message(depth + 1));
                case "enum" -> innerEnums.add(enumeration());
                case "oneof" -> oneof(fields);
                case "option", "reserved", "extensions", "extend" -> tokens.skipStatement();
                case "optional" -> fields.add(field(Label.OPTIONAL, tokens.name(), ""));
                case "required" -> fields.add(field(Label.REQUIRED, tokens.name(), ""));
                case "repeated" -> fields.add(field(Label.REPEATED, tokens.name(), ""));
                case "map" -> fields.add(map());
                default -> fields.add(field(Label.NONE, word, ""));
            }
        }
        return new Message(name, fields, inner, innerEnums);
    }

    private void oneof(List<Field> fields) throws BadValueException {
        String name = tokens.name();
        tokens.expect("{");
        while (!tokens.takeIf("}")) {
            String word = tokens.name(";");
            switch (word) {
                case ";" -> {}
                case "option" -> tokens.skipStatement();
                default -> fields.add(field(Label.OPTIONAL, word, name));
            }
        }
    }

    private Field field(Label label, String type, String oneof) throws BadValueException {
        if (type.equals("group")) {
            throw tokens.wrong("groups are not supported; use a message");
        }
        String name = tokens.name();
        int number = fieldNumber();
        return new Field(name, number, label, type, Optional.empty(), oneof);
    }

    private Field map() throws BadValueException {
        tokens.expect("<");
        String key = tokens.name();
        tokens.expect(",");
        String value = tokens.name();
        tokens.expect(">");
        String name = tokens.name();
        return new Field(name, fieldNumber(), Label.REPEATED, value, Optional.of(key), "");
    }

    private int fieldNumber() throws BadValueException {
        tokens.expect("=");
        int number = tokens.number();
        if (number < 1) {
            throw tokens.wrong("a field has the number " + number);
        }
        tokens.skipOptions();
        tokens.expect(";");
        return number;
    }

    private Enumeration enumeration() throws BadValueException {
        String name = tokens.name();
        var symbols = new ArrayList<Symbol>();
        tokens.expect("{");
        while (!tokens.takeIf("}")) {
            String word = tokens.name(";");
            switch (word) {
                case ";" -> {}
                case "option", "reserved" -> tokens.skipStatement();
                default -> {
                    tokens.expect("=");
                    symbols.add(new Symbol(word, tokens.number()));
                    tokens.skipOptions();
                    tokens.expect(";");
                }
            }
        }
        return new Enumeration(name, symbols);
    }
}
