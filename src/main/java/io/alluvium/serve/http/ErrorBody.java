package io.alluvium.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shape of every error: `{"error": {"code", "category", "message", "hint", "position"}}`.
final class ErrorBody {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorBody.class);

    private ErrorBody() {}

    /// What a failure is to the user. A fault of ours is logged with an id, which the message names.
    static AlluviumException of(Throwable failure, String request) {
        if (failure instanceof AlluviumException known && known.code() != ErrorCode.INTERNAL) {
            return known;
        }
        String id = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("internal error {} in {}", id, request, failure);
        return new AlluviumException(
                ErrorCode.INTERNAL,
                "an internal error, which is in the service's log as " + id,
                "This is a fault of the service: please report it with the log's lines about " + id,
                failure);
    }

    static byte[] json(AlluviumException error) {
        return Json.bytes(generator -> write(error, generator));
    }

    static void write(AlluviumException error, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        writeField(error, generator);
        generator.writeEndObject();
    }

    /// Writes the field `error` of the object that is open.
    static void writeField(AlluviumException error, JsonGenerator generator) throws IOException {
        generator.writeObjectFieldStart("error");
        generator.writeStringField("code", error.code().sqlState());
        generator.writeStringField("category", error.category().name());
        generator.writeStringField("message", error.getMessage());
        if (error.hint().isPresent()) {
            generator.writeStringField("hint", error.hint().get());
        }
        if (error.position() > 0) {
            generator.writeNumberField("position", error.position());
        }
        generator.writeEndObject();
    }
}
