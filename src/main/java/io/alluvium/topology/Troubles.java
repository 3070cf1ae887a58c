package io.alluvium.topology;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus.Retry;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.FaultCategory;
import io.alluvium.retry.Retrier;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the status of a table says of why it is not LIVE: made from what has happened, and from what was said
/// before, whose attempts go on and whose beginning stays.
final class Troubles {

    private Troubles() {}

    static Retry of(Retrier.Status status) {
        return new Retry(
                status.category(),
                status.attempts(),
                status.firstFailureAt(),
                status.nextAttemptAt(),
                status.deadline(),
                status.message(),
                status.hint(),
                status.originalError());
    }

    /// One more failure of a table that is tried again at `next`.
    static Retry again(@Nullable Retry before, AlluviumException failure, Instant now, Instant next) {
        return new Retry(
                failure.category(),
                before == null ? 1 : before.attempts() + 1,
                before == null ? now : before.firstFailureAt(),
                Optional.of(next),
                Optional.empty(),
                text(failure),
                failure.hint().orElse(""),
                original(failure));
    }

    /// A failure after which nothing is tried any more.
    static Retry end(AlluviumException failure, Instant now) {
        return new Retry(
                failure.category(),
                1,
                now,
                Optional.empty(),
                Optional.empty(),
                text(failure),
                failure.hint().orElse(""),
                original(failure));
    }

    /// The table that this one selects from cannot be read yet. The same object as before while nothing changes.
    static Retry waitFor(TableName parent, TableState state, @Nullable Retry before, Instant now, Instant next) {
        String message = "waits for the table " + parent + ", which is " + state;
        if (before != null && before.message().equals(message)) {
            return before;
        }
        return new Retry(
                FaultCategory.UNKNOWN,
                before == null ? 1 : before.attempts() + 1,
                before == null ? now : before.firstFailureAt(),
                Optional.of(next),
                Optional.empty(),
                message,
                "GET /api/tables/" + parent + " tells what that one waits for.",
                "");
    }

    static String text(AlluviumException e) {
        String text = e.getMessage();
        return text == null ? e.code().name() : text;
    }

    private static String original(AlluviumException e) {
        Throwable cause = e.getCause();
        return cause == null ? "" : cause.toString();
    }
}
