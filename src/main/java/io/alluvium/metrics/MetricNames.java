package io.alluvium.metrics;

/// The names of the metrics as Prometheus shows them.
public final class MetricNames {

    /// Failed attempts to reach a source. Labels `table`, `source`, `category`.
    public static final String RETRY_ATTEMPTS = "alluvium_retry_attempts_total";
    /// Waits that ended with the source there. Labels `table`, `source`.
    public static final String RETRY_SUCCESSES = "alluvium_retry_successes_total";
    /// Waits that ended at their deadline. Labels `table`, `source`.
    public static final String RETRY_TIMEOUTS = "alluvium_retry_timeouts_total";
    /// Delays between attempts, a histogram. Labels `table`, `source`.
    public static final String RETRY_DELAY = "alluvium_retry_delay_seconds";
    /// 1 while the table is WAITING or STALLED, else 0. Labels `table`, `category`.
    public static final String SOURCE_WAITING = "alluvium_source_waiting";

    /// Label `table`.
    public static final String TABLE_ROWS = "alluvium_table_rows";
    /// The heap that a part of the table takes; the parts sum up to the table. Labels `table`, `part` (`keys`,
    /// `primary_index`, `columns`, `versions`, `indexes`, `views`).
    public static final String TABLE_BYTES = "alluvium_table_bytes";
    /// 1 for the state that the table is in, else 0. Labels `table`, `state`.
    public static final String TABLE_STATE = "alluvium_table_state";
    /// Records that the source is ahead; NaN while it is not known. Label `table`.
    public static final String TABLE_LAG_RECORDS = "alluvium_table_lag_records";
    /// Records taken into the table. Labels `table`, `phase` (`bulk`, `incremental`).
    public static final String TABLE_LOADED_RECORDS = "alluvium_table_loaded_records_total";
    /// What the newest snapshots take on disk. Label `table`.
    public static final String TABLE_SNAPSHOT_BYTES = "alluvium_table_snapshot_bytes";
    /// How long ago it was that the rows were as the oldest of the newest snapshots has them; NaN before there is
    /// one. Label `table`.
    public static final String TABLE_SNAPSHOT_AGE = "alluvium_table_snapshot_age_seconds";
    /// Records left out because they could not become a row. Label `table`.
    public static final String BAD_RECORDS = "alluvium_bad_records_total";
    /// How often the directories of a table's files were listed. Label `table`.
    public static final String FILE_LISTINGS = "alluvium_file_listings_total";

    /// Queries from their text to their last row, a histogram. Labels `protocol` (`http`, `pg`), `outcome`
    /// (`ok`, `error`).
    public static final String QUERY = "alluvium_query_seconds";
    /// Queries that ended. Label `outcome` (`ok`, `error`, `canceled`).
    public static final String QUERIES = "alluvium_queries_total";
    /// Queries that run now.
    public static final String QUERIES_RUNNING = "alluvium_queries_running";
    public static final String PLAN_CACHE_HITS = "alluvium_plan_cache_hits_total";
    public static final String PLAN_CACHE_MISSES = "alluvium_plan_cache_misses_total";
    public static final String PLAN_CACHE_EVICTIONS = "alluvium_plan_cache_evictions_total";
    /// HTTP requests from the first byte to the last, a histogram. Labels `method`, `route` (the pattern,
    /// such as
    /// `/api/tables/{t}`), `status`.
    public static final String HTTP_REQUESTS = "alluvium_http_requests_seconds";

    private MetricNames() {}
}
