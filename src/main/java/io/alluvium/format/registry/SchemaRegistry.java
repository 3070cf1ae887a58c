package io.alluvium.format.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.fault.AlluviumException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The schemas of one schema registry, by the interface that Confluent's has and Apicurio's offers at
/// `/apis/ccompat/v7`. A schema never changes under its id, so what was fetched is kept. Safe from any thread.
///
/// An id that the registry does not know is a bad record's; it is asked for again after a while, because a registry
/// may be restored from a copy. A registry that does not answer is a failure, which ends what was reading and has
/// nothing lost: the record is read again.
public final class SchemaRegistry {

    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);
    private static final int MOST_UNKNOWN = 10_000;
    private static final int DEEPEST_REFERENCE = 50;

    private final RegistryHttp http;
    private final InstantSource clock;
    private final Map<Integer, RegisteredSchema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> unknown = new ConcurrentHashMap<>();
    private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();

    /// @param access where the registry is and who asks
    public SchemaRegistry(RegistryAccess access, InstantSource clock) {
        this.http = new RegistryHttp(access);
        this.clock = clock;
    }

    /// The schema of an id; empty when the registry says that it has none.
    ///
    /// @throws AlluviumException NETWORK when the registry does not answer, AUTHENTICATION when it refuses the
    ///     login, CONFIGURATION when what answers is no registry
    public Optional<RegisteredSchema> byId(int id) {
        RegisteredSchema known = schemas.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        Instant asked = unknown.get(id);
        if (asked != null && clock.instant().isBefore(asked.plus(UNKNOWN_FOR))) {
            return Optional.empty();
        }
        unanswered.add(id);
        Optional<RegisteredSchema> found = http.get("/schemas/ids/" + id).map(answer -> schema(id, answer));
        unanswered.remove(id);
        if (found.isPresent()) {
            schemas.put(id, found.get());
            unknown.remove(id);
        } else {
            if (unknown.size() >= MOST_UNKNOWN) {
                unknown.clear();
            }
            unknown.put(id, clock.instant());
        }
        return found;
    }

    /// The latest schema of a subject; empty when there is none.
    ///
    /// @throws AlluviumException as [#byId]
    public Optional<RegisteredSchema> latest(String subject) {
        return http.get(path(subject, "latest")).map(answer -> {
            RegisteredSchema found = schema(answer.path("id").asInt(), answer);
            schemas.put(found.id(), found);
            return found;
        });
    }

    /// Asks again for what the registry gave no answer to. Nothing when it has answered everything.
    ///
    /// @throws AlluviumException as [#byId]
    public void askAgain() {
        unanswered.forEach(this::byId);
    }

    private RegisteredSchema schema(int id, JsonNode answer) {
        Map<String, String> references = new LinkedHashMap<>();
        addReferences(answer, references, 0);
        List<RegisteredSchema.Reference> listed = new ArrayList<>();
        references.forEach((name, text) -> listed.add(new RegisteredSchema.Reference(name, text)));
        return new RegisteredSchema(
                id,
                answer.path("schemaType").asText(RegisteredSchema.AVRO),
                answer.path("schema").asText(),
                listed);
    }

    private void addReferences(JsonNode answer, Map<String, String> texts, int depth) {
        for (JsonNode reference : answer.path("references")) {
            String name = reference.path("name").asText();
            if (texts.containsKey(name) || depth == DEEPEST_REFERENCE) {
                continue;
            }
            String path = path(
                    reference.path("subject").asText(),
                    reference.path("version").asText());
            // Without it the schema cannot be understood, which is said of the values that name it.
            http.get(path).ifPresent(referred -> {
                addReferences(referred, texts, depth + 1);
                texts.put(name, referred.path("schema").asText());
            });
        }
    }

    private static String path(String subject, String version) {
        return "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20") + "/versions/"
                + version;
    }

    /// Where the registry is, without who asks.
    @Override
    public String toString() {
        return http.toString();
    }
}
