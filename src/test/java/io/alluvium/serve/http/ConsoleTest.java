package io.alluvium.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private static final Map<String, String> PARTS = Map.of(
            "/", "text/html; charset=utf-8",
            "/console.css", "text/css; charset=utf-8",
            "/console.js", "text/javascript; charset=utf-8",
            "/favicon.svg", "image/svg+xml");

    private final Api api = new Api();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void eachPartHasItsTypeAndIsAskedForAgainAfterAnUpgrade() throws Exception {
        for (Map.Entry<String, String> part : PARTS.entrySet()) {
            Api.Reply reply = api.get(part.getKey());

            assertThat(reply.status()).as(part.getKey()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).isEqualTo(part.getValue());
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(reply.body()).hasSizeGreaterThan(200);
        }
    }

    @Test
    void thePolicyAllowsWhatComesFromTheServiceAndNothingInline() throws Exception {
        for (String part : PARTS.keySet()) {
            assertThat(api.get(part).header("Content-Security-Policy").split("; "))
                    .as(part)
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
                    .contains("base-uri 'none'", "frame-ancestors 'none'")
                    .noneMatch(rule -> rule.contains("unsafe") || rule.contains("*") || rule.contains("http"));
        }
    }

    @Test
    void thePageLoadsNothingFromElsewhere() throws Exception {
        for (String part : PARTS.keySet()) {
            assertThat(api.get(part).body().replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                    .as(part)
                    .doesNotContain("//www", "http:", "https:", "data:", "@import", "url(");
        }
        String page = api.get("/").body();
        assertThat(references(page)).contains("console.css", "console.js", "favicon.svg");
        for (String reference : references(page)) {
            assertThat(PARTS).containsKey("/" + reference);
        }
        assertThat(page).doesNotContain("<style", " style=", " onclick=").containsPattern("<script [^>]*></script>");
    }

    private static Iterable<String> references(String page) {
        return Pattern.compile("(?:src|href)=\"([^\"#]+)\"")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theScriptNeverMakesMarkupOrCodeOutOfText() throws Exception {
        assertThat(api.get("/console.js").body())
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser")
                .doesNotContain("setHTML", "createContextualFragment", "eval(", "new Function", "import(");
    }
}
