package io.alluvium.format.registry;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Where a schema registry is, and who asks it.
///
/// @param urls the same registry at several places, asked in their order until one answers; no credentials in them
/// @param authorization the value of the header `Authorization`; secret
public record RegistryAccess(List<URI> urls, Optional<String> authorization) {

    public RegistryAccess {
        urls = List.copyOf(urls);
    }

    /// @param text one URL, or several with commas between them; `user:password@` in the first counts when `user`
    ///     is empty
    /// @throws AlluviumException CONFIGURATION when it is no URL of a registry
    public static RegistryAccess of(String text, Optional<String> user, Optional<String> password) {
        List<URI> urls = new ArrayList<>();
        Optional<String> credentials = user.map(name -> name + ":" + password.orElse(""));
        for (String part : text.split(",", -1)) {
            URI url = parsed(part.strip());
            if (credentials.isEmpty() && url.getUserInfo() != null) {
                credentials = Optional.of(url.getUserInfo());
            }
            urls.add(withoutUser(url));
        }
        return new RegistryAccess(
                urls,
                credentials.map(
                        pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
    }

    private static URI parsed(String text) {
        try {
            var url = new URI(text);
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getQuery() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Its message would have the credentials.
        }
        throw new AlluviumException(
                ErrorCode.CONFIGURATION,
                "schema.registry.url is not the URL of a schema registry",
                "Write http:// or https://, the host and the port, such as http://registry.internal:8081, or for"
                        + " Apicurio http://registry.internal:8080/apis/ccompat/v7. A user and password with"
                        + " characters that a URL cannot have are given as schema.registry.user and"
                        + " schema.registry.password.");
    }

    private static URI withoutUser(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String end = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return URI.create(url.getScheme() + "://" + url.getHost() + port + end);
    }

    @Override
    public String toString() {
        return "RegistryAccess[" + urls + "]";
    }
}
