package io.alluvium.source;

import org.jspecify.annotations.Nullable;

/// Hands on what a loader says; those that make something else of rows or positions say what.
public abstract class ForwardingSink implements ChangeSink {

    protected final ChangeSink sink;

    protected ForwardingSink(ChangeSink sink) {
        this.sink = sink;
    }

    @Override
    public void progress(long done, long total) {
        sink.progress(done, total);
    }

    @Override
    public void bad(String place, @Nullable String column, String reason, byte[] raw) {
        sink.bad(place, column, reason, raw);
    }

    @Override
    public void readBack(Receiver receiver) {
        sink.readBack(receiver);
    }

    @Override
    public void readAgain(String places) {
        sink.readAgain(places);
    }
}
