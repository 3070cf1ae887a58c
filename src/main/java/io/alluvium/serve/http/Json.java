package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// JSON as the API reads and writes it: numbers keep all their digits.
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    @FunctionalInterface
    interface Writing {
        void to(JsonGenerator generator) throws IOException;
    }

    static JsonGenerator generator(OutputStream out) {
        try {
            return MAPPER.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Writing writing) {
        var out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = generator(out)) {
            writing.to(generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// The object that a request's body holds, with no other fields than `fields`.
    ///
    /// @throws AlluviumException INVALID_TEXT when it is not JSON, INVALID_PARAMETER when it is not such an
    ///     object
    static JsonNode object(byte[] body, List<String> fields) {
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new AlluviumException(
                    ErrorCode.INVALID_TEXT,
                    "the body is not valid JSON" + place + ": " + complaint(e),
                    "Send a JSON object with " + String.join(" and ", fields) + ", in UTF-8",
                    e);
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.INVALID_TEXT,
                    "the body is not text in UTF-8",
                    "Send a JSON object with " + String.join(" and ", fields) + ", in UTF-8",
                    e);
        }
        if (!node.isObject()) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    "the body is " + (node.isMissingNode() ? "empty" : "not a JSON object"),
                    "Send a JSON object with " + String.join(" and ", fields));
        }
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!fields.contains(name)) {
                List<String> nearest = Nearest.to(name, fields, 1);
                throw new AlluviumException(
                        ErrorCode.INVALID_PARAMETER,
                        "the body has the field \"" + name + "\", which is not known",
                        nearest.isEmpty()
                                ? "The fields are " + String.join(", ", fields)
                                : "Perhaps you meant \"" + nearest.getFirst() + "\"");
            }
        }
        return node;
    }

    private static String complaint(JsonProcessingException e) {
        return switch (e) {
            case JsonEOFException ignored -> "it ends too early";
            case StreamConstraintsException ignored -> "it is nested too deeply or has too long a number or name";
            case MismatchedInputException ignored -> "something follows the object";
            default -> "a character or word does not belong there";
        };
    }
}
