package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The path of a request. Slashes divide it before anything is decoded, and nothing is normalized, because
/// a part of a key may hold a slash (`%2F`), be empty, or be `..`.
final class PathText {

    private PathText() {}

    /// The parts between the slashes, still percent-encoded; at least one.
    static List<String> segments(String path) {
        var segments = new ArrayList<String>(6);
        int from = path.startsWith("/") ? 1 : 0;
        while (true) {
            int slash = path.indexOf('/', from);
            if (slash < 0) {
                segments.add(path.substring(from));
                return segments;
            }
            segments.add(path.substring(from, slash));
            from = slash + 1;
        }
    }

    /// Turns `%XX` into the UTF-8 characters that they encode; `+` stays a plus sign.
    ///
    /// @throws AlluviumException INVALID_PARAMETER when the text is not such an encoding
    static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] encoded = segment.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[encoded.length];
        int size = 0;
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                decoded[size++] = encoded[i];
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw malformed(segment, null);
            }
            decoded[size++] = (byte) (high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, size))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(segment, e);
        }
    }

    private static AlluviumException malformed(String segment, @Nullable Throwable cause) {
        return new AlluviumException(
                ErrorCode.INVALID_PARAMETER,
                "the path has \"" + segment + "\", which is not percent-encoded UTF-8",
                "Write % as %25, / inside a name or a key as %2F, and other characters as their UTF-8 bytes",
                cause);
    }
}
