package io.alluvium.source;

import io.alluvium.data.Position;

/// One external table: first everything that it holds, then what changes. Used by one loader thread.
public interface Loader extends AutoCloseable {

    /// Sends every row visible at one moment and returns that moment's position. Following from there misses no
    /// later change and may repeat earlier ones.
    ///
    /// @param from where an interrupted bulk load had come to, as it was last committed; [Position#START] at first
    Position loadAll(Position from, ChangeSink sink) throws InterruptedException;

    /// Sends changes after `from`, in source order per key, until interrupted.
    ///
    /// @throws io.alluvium.fault.AlluviumException POSITION_LOST when `from` is no longer available: the caller
    ///     loads again; FILE_MISSING, NETWORK and so on when the source cannot be read: the caller shows it and
    ///     tries again
    void follow(Position from, ChangeSink sink) throws InterruptedException;

    @Override
    void close();
}
