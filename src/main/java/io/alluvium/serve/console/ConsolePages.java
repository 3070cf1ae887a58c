package io.alluvium.serve.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/// The console's page and what it loads, held in memory. The page asks the same HTTP API that everybody
/// uses.
public final class ConsolePages {

    /// The page may load and ask for what comes from this service alone.
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, Page> PAGES = Map.of(
            "", load("console.html", "text/html; charset=utf-8"),
            "console.css", load("console.css", "text/css; charset=utf-8"),
            "console.js", load("console.js", "text/javascript; charset=utf-8"),
            "favicon.svg", load("favicon.svg", "image/svg+xml"));

    private ConsolePages() {}

    /// Something that a browser loads. Nobody changes `content`.
    @SuppressWarnings("ArrayRecordComponent")
    public record Page(String contentType, byte[] content) {}

    /// @param name the path without its first slash; empty for the page itself
    public static Optional<Page> page(String name) {
        return Optional.ofNullable(PAGES.get(name));
    }

    private static Page load(String resource, String contentType) {
        try (InputStream in = ConsolePages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing from the build");
            }
            return new Page(contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
