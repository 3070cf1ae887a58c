package io.alluvium.format;

import io.alluvium.format.ProtoFile.Enumeration;
import io.alluvium.format.ProtoFile.Field;
import io.alluvium.format.ProtoFile.Label;
import io.alluvium.format.ProtoFile.Message;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the types that the fields of messages name, in the same file or in those that it imports.
final class ProtobufLinker {

    /// Messages of `google.protobuf` that are not one value, as their files declare them.
    private static final String EMPTY = "package google.protobuf; message Empty {}";

    private final Map<String, Declared> messages = new HashMap<>();
    private final Map<String, Enumeration> enums = new HashMap<>();
    private final Map<String, ProtobufType> linked = new HashMap<>();

    private record Declared(Message message, boolean proto3) {}

    ProtobufLinker(List<ProtoFile> files) throws BadValueException {
        declare(ProtoParser.parse(EMPTY));
        files.forEach(this::declare);
    }

    private void declare(ProtoFile file) {
        String prefix = file.packageName().isEmpty() ? "" : file.packageName() + ".";
        file.enums().forEach(e -> enums.put(prefix + e.name(), e));
        file.messages().forEach(m -> declare(m, prefix, file.proto3()));
    }

    private void declare(Message message, String prefix, boolean proto3) {
        String name = prefix + message.name();
        messages.put(name, new Declared(message, proto3));
        message.enums().forEach(e -> enums.put(name + "." + e.name(), e));
        message.messages().forEach(m -> declare(m, name + ".", proto3));
    }

    /// The message of a full name.
    ProtobufMessage message(String name) throws BadValueException {
        if (type(name) instanceof ProtobufMessage message) {
            return message;
        }
        throw new BadValueException(
                null,
                "it has no message " + name + "; there are "
                        + messages.keySet().stream().sorted().toList());
    }

    private @Nullable ProtobufType type(String name) throws BadValueException {
        ProtobufType known = linked.get(name);
        if (known != null) {
            return known;
        }
        Optional<ProtobufWellKnown> wellKnown = ProtobufWellKnown.named(name);
        if (wellKnown.isPresent()) {
            return wellKnown.get();
        }
        Enumeration enumeration = enums.get(name);
        if (enumeration != null) {
            var made = new ProtobufEnum(enumeration);
            linked.put(name, made);
            return made;
        }
        Declared declared = messages.get(name);
        if (declared == null) {
            return null;
        }
        var made = new ProtobufMessage();
        linked.put(name, made);
        link(made, name, declared);
        return made;
    }

    private void link(ProtobufMessage message, String name, Declared declared) throws BadValueException {
        List<String> oneofs = declared.message().fields().stream()
                .map(Field::oneof)
                .filter(oneof -> !oneof.isEmpty())
                .distinct()
                .toList();
        var fields = new ArrayList<ProtobufMessage.Field>();
        for (Field field : declared.message().fields()) {
            ProtobufType type = resolved(field.type(), name);
            boolean isRepeated = field.label() == Label.REPEATED;
            boolean hasDefault = declared.proto3() && field.label() == Label.NONE && isPlain(type);
            fields.add(new ProtobufMessage.Field(
                    field.name(),
                    JsonText.fieldName(field.name()),
                    field.number(),
                    type,
                    field.keyType().isEmpty() ? null : ProtobufMessage.entry(keyType(field), type),
                    isRepeated,
                    !isRepeated && !hasDefault && field.label() != Label.REQUIRED,
                    field.label() == Label.REQUIRED,
                    oneofs.indexOf(field.oneof())));
        }
        message.link(fields, oneofs.size());
    }

    private static boolean isPlain(ProtobufType type) {
        return switch (type) {
            case ProtobufScalar scalar -> true;
            case ProtobufEnum symbols -> true;
            case ProtobufMessage message -> false;
            case ProtobufWellKnown value -> false;
        };
    }

    private static ProtobufScalar keyType(Field field) throws BadValueException {
        return ProtobufScalar.named(field.keyType().orElseThrow())
                .filter(type -> switch (type) {
                    case DOUBLE, FLOAT, BYTES -> false;
                    default -> true;
                })
                .orElseThrow(() -> new BadValueException(
                        null,
                        "the keys of the map " + field.name() + " are of the type "
                                + field.keyType().get()));
    }

    /// The type of a name as it stands in a message: searched from there outwards.
    private ProtobufType resolved(String name, String scope) throws BadValueException {
        Optional<ProtobufScalar> scalar = ProtobufScalar.named(name);
        if (scalar.isPresent()) {
            return scalar.get();
        }
        if (name.startsWith(".")) {
            return orMissing(type(name.substring(1)), name);
        }
        for (String outer = scope; ; outer = outer.substring(0, Math.max(0, outer.lastIndexOf('.')))) {
            ProtobufType found = type(outer.isEmpty() ? name : outer + "." + name);
            if (found != null || outer.isEmpty()) {
                return orMissing(found, name);
            }
        }
    }

    private static ProtobufType orMissing(@Nullable ProtobufType found, String name) throws BadValueException {
        if (found == null) {
            throw new BadValueException(
                    null, "the type " + name + " is neither in the schema nor in what it imports from the registry");
        }
        return found;
    }
}
