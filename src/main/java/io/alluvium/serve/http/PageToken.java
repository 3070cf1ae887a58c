package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The key after which a page begins, as clients carry it: `1` (the form's version) and the key in base64
/// for URLs.
final class PageToken {

    private static final char VERSION = '1';

    private PageToken() {}

    static String encode(byte[] key) {
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /// @throws AlluviumException INVALID_PARAMETER
    static byte[] decode(String token) {
        try {
            if (token.charAt(0) == VERSION) {
                return Base64.getUrlDecoder().decode(token.substring(1));
            }
        } catch (IllegalArgumentException e) {
            throw invalid(token, e);
        }
        throw invalid(token, null);
    }

    private static AlluviumException invalid(String token, @Nullable IllegalArgumentException cause) {
        return new AlluviumException(
                ErrorCode.INVALID_PARAMETER,
                "after is \"" + token + "\", which is not a place between pages",
                "Give what the page before had as \"next\", or leave it out for the first page",
                cause);
    }
}
