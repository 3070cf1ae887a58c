package io.alluvium.topology;

import io.alluvium.catalog.TableStatus.Lag;
import java.time.InstantSource;

/// How far a table is behind its topic, in records and, from when it was last level with it, in time. Set by one
/// thread, read by any.
final class LagClock {

    private final InstantSource clock;
    private volatile Lag lag = new Lag(0, 0);
    private long behindSinceMillis;

    LagClock(InstantSource clock) {
        this.clock = clock;
    }

    void set(long behind) {
        long now = clock.millis();
        if (behind == 0) {
            behindSinceMillis = 0;
        } else if (behindSinceMillis == 0) {
            behindSinceMillis = now;
        }
        lag = new Lag(behind, behind == 0 ? 0 : now - behindSinceMillis);
    }

    Lag lag() {
        return lag;
    }
}
