package io.alluvium.fault;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The hint of an error that has several ways out: the category with what it means for retrying, the ways numbered,
/// each with something to paste, and the error as the library gave it.
public final class WaysOut {

    private final FaultCategory category;
    private final String meaning;
    private final List<String> ways = new ArrayList<>();

    /// @param meaning what the category means here, such as `tried again until topic.wait.timeout is over`
    public WaysOut(FaultCategory category, String meaning) {
        this.category = category;
        this.meaning = meaning;
    }

    public WaysOut way(String text) {
        ways.add(text);
        return this;
    }

    /// The hint, one line a way.
    public String text(@Nullable Throwable original) {
        var out = new StringBuilder().append(category).append(": ").append(meaning);
        for (int i = 0; i < ways.size(); i++) {
            out.append('\n').append(i + 1).append(". ").append(ways.get(i));
        }
        if (original != null) {
            out.append("\nOriginal error: ").append(original(original));
        }
        return out.toString();
    }

    /// An exception in one line: `UnknownHostException: db.internal`.
    public static String original(Throwable error) {
        String name = error.getClass().getSimpleName();
        String message = error.getMessage();
        return message == null || message.isBlank() ? name : name + ": " + message.strip();
    }
}
