package io.alluvium.fault;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An error that a user sees: what happened (`getMessage`), what to do (`hint`), and where in the SQL
/// (`position`).
public final class AlluviumException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String hint;
    private final int position;

    public AlluviumException(ErrorCode code, String message) {
        this(code, message, null, 0, null);
    }

    public AlluviumException(ErrorCode code, String message, @Nullable String hint) {
        this(code, message, hint, 0, null);
    }

    public AlluviumException(ErrorCode code, String message, @Nullable String hint, @Nullable Throwable cause) {
        this(code, message, hint, 0, cause);
    }

    /// @param position the 1-based character of the SQL text that the error is about, 0 when there is none
    public AlluviumException(
            ErrorCode code, String message, @Nullable String hint, int position, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.hint = hint;
        this.position = position;
    }

    public ErrorCode code() {
        return code;
    }

    public FaultCategory category() {
        return code.category();
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    /// The 1-based character in the SQL text, 0 when there is none.
    public int position() {
        return position;
    }

    /// The same error at a place in the SQL text.
    public AlluviumException at(int newPosition) {
        return new AlluviumException(code, getText(), hint, newPosition, getCause());
    }

    private String getText() {
        String text = getMessage();
        return text == null ? code.name() : text;
    }
}
