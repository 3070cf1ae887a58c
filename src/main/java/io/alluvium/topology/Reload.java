package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.ForwardingSink;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes everything that a source holds into an input topic that has rows already, whose places in the source are
/// not known any more. Rows come in over the old ones; in the end those that did not come again are deleted. Used
/// by the loader's thread.
///
/// Nothing of the loader's own positions is committed before the end, so that a reload that was interrupted begins
/// again. It remembers every key meanwhile.
final class Reload extends ForwardingSink {

    /// What is committed in the place of positions until the reload is done.
    static final Position UNFINISHED = new Position(Map.of("reload", "unfinished"));

    private final Set<ByteBuffer> sent = new HashSet<>();

    Reload(ChangeSink sink) {
        super(sink);
    }

    @Override
    public void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
        ByteBuffer wrapped = ByteBuffer.wrap(key);
        if (value == null) {
            sent.remove(wrapped);
        } else {
            sent.add(wrapped);
        }
        sink.send(key, value);
    }

    @Override
    public void commit(Position position) throws InterruptedException {
        sink.commit(UNFINISHED);
    }

    /// Deletes the rows that did not come again.
    ///
    /// @return how many they were
    int deleteOthers() throws InterruptedException {
        sink.commit(UNFINISHED);
        Set<ByteBuffer> others = new HashSet<>();
        sink.readBack((bytes, value) -> {
            ByteBuffer key = ByteBuffer.wrap(bytes);
            if (value == null) {
                others.remove(key);
            } else if (!sent.contains(key)) {
                others.add(key);
            }
        });
        for (ByteBuffer key : others) {
            byte[] bytes = new byte[key.remaining()];
            key.duplicate().get(bytes);
            sink.send(bytes, null);
        }
        return others.size();
    }
}
