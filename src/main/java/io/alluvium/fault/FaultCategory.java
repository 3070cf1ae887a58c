package io.alluvium.fault;

/// What kind of thing went wrong, and so whether trying again can help.
public enum FaultCategory {
    TOPIC_MISSING(true),
    FILE_MISSING(true),
    NETWORK(true),
    AUTHENTICATION(false),
    CONFIGURATION(false),
    DATA(false),
    UNKNOWN(true),
    /// The user's SQL, key or request is wrong.
    USER(false),
    /// A limit of the service: memory, number of tables, running queries.
    LIMIT(false),
    /// A fault of ours.
    INTERNAL(false);

    private final boolean retried;

    FaultCategory(boolean retried) {
        this.retried = retried;
    }

    public boolean isRetried() {
        return retried;
    }
}
