package io.alluvium.serve.http;

import java.time.Duration;

/// The bounds within which the HTTP API works.
///
/// @param maxBodyBytes the largest body of a request
/// @param runningQueries how many statements and other long requests run at the same time
/// @param waitingQueries how many more may wait for their turn
/// @param stalledClient how long a client may leave a streamed answer unread before it is given up
/// @param stalledWhileOthersWait the same while other statements wait for their turn
/// @param closing how long running requests may still take when the server closes
public record HttpLimits(
        int maxBodyBytes,
        int runningQueries,
        int waitingQueries,
        Duration stalledClient,
        Duration stalledWhileOthersWait,
        Duration closing) {

    /// As many as run at the same time in all.
    private static final int MOST_RUNNING = 64;

    public HttpLimits {
        if (maxBodyBytes < 1 || runningQueries < 1 || waitingQueries < 1) {
            throw new IllegalArgumentException("the limits of HTTP are at least 1: " + maxBodyBytes + " bytes, "
                    + runningQueries + " running, " + waitingQueries + " waiting");
        }
    }

    /// 16 MB, eight running queries a processor (from 16 to 64) and a thousand waiting, a minute, three
    /// seconds while others wait, ten seconds.
    public static HttpLimits defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new HttpLimits(
                16 << 20,
                Math.clamp(8L * processors, 16, MOST_RUNNING),
                1000,
                Duration.ofMinutes(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10));
    }
}
