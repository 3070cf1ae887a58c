package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import org.jspecify.annotations.Nullable;

/// How far one file has been read, as it is kept: `identity,at,line,seen`, and `,all` behind it for a file
/// that is read as a whole and was read to its end.
///
/// @param identity what tells whether the file is still the one that was read; see [FileIdentity]
/// @param at the byte offset behind the last record that was taken; for a file read as a whole the number of
///     records
/// @param line the line number at `at`
/// @param seen up to which offset the table may have rows of this file, at places where its present content
///     has some
record FilePosition(String identity, long at, long line, long seen, boolean isAll) {

    String text() {
        return identity + "," + at + "," + line + "," + seen + (isAll ? ",all" : "");
    }

    /// @throws AlluviumException POSITION_LOST when the text is not a position of a file
    static FilePosition parse(String path, String text) {
        String[] parts = text.split(",", -1);
        try {
            if (parts.length == 4 || (parts.length == 5 && parts[4].equals("all"))) {
                return new FilePosition(
                        parts[0],
                        Long.parseLong(parts[1]),
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]),
                        parts.length == 5);
            }
        } catch (NumberFormatException e) {
            throw lost(path, text, e);
        }
        throw lost(path, text, null);
    }

    private static AlluviumException lost(String path, String text, @Nullable Throwable cause) {
        return new AlluviumException(
                ErrorCode.POSITION_LOST,
                "the position '" + text + "' of file '" + path + "' is none that this version knows",
                "The file is loaded again from its start.",
                cause);
    }
}
