package io.alluvium.source.file;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until the file system says that files of a pattern have changed, or until the time is up: where there are
/// no events (network file systems, too many watches) it is only a clock. Belongs to the loader's thread.
final class FileEvents implements AutoCloseable {

    /// Directories beyond these are only looked at.
    static final int MOST_DIRECTORIES = 256;

    private static final Logger LOG = LoggerFactory.getLogger(FileEvents.class);
    private static final long LEAST_GAP_NANOS = 20_000_000;

    private final FilePattern pattern;
    private final Map<WatchKey, Path> directories = new HashMap<>();
    private @Nullable WatchService service;

    /// What was heard.
    sealed interface News {
        /// Nothing until the time was up.
        record Silence() implements News {}

        /// Only these files were written to.
        record Written(Set<Path> files) implements News {}

        /// Files or directories came or went, or more happened than was told.
        record Moved() implements News {}
    }

    FileEvents(FilePattern pattern) {
        this.pattern = pattern;
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info("file events are not to be had for {}, so it is only looked at: {}", pattern.text(), e.toString());
        }
    }

    /// Watches directories from now on, and no others.
    ///
    /// @return whether one of them was not watched before, so that what happened in it was not heard
    boolean watch(Collection<Path> wanted) {
        WatchService open = service;
        if (open == null) {
            return false;
        }
        directories.entrySet().removeIf(entry -> {
            boolean gone = !entry.getKey().isValid() || !wanted.contains(entry.getValue());
            if (gone) {
                entry.getKey().cancel();
            }
            return gone;
        });
        boolean isNew = false;
        for (Path directory : wanted) {
            if (directories.size() < MOST_DIRECTORIES && !directories.containsValue(directory)) {
                isNew |= register(open, directory);
            }
        }
        return isNew;
    }

    private boolean register(WatchService open, Path directory) {
        try {
            WatchKey key = directory.register(
                    open,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            return directories.put(key, directory) == null;
        } catch (IOException e) {
            LOG.debug("{} cannot be watched, so it is only looked at: {}", directory, e.toString());
            return false;
        }
    }

    /// Waits for news. What follows shortly on the first is part of it.
    ///
    /// @param gapNanos how long a look takes: news come no more often than looks can be made beside other work
    News await(long nanos, long gapNanos) throws InterruptedException {
        WatchService open = service;
        if (open == null) {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return new News.Silence();
        }
        long start = System.nanoTime();
        var heard = new Heard();
        while (true) {
            long left = nanos - (System.nanoTime() - start);
            try {
                WatchKey key = left <= 0 ? null : open.poll(left, TimeUnit.NANOSECONDS);
                if (key == null) {
                    return new News.Silence();
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(Math.max(LEAST_GAP_NANOS, gapNanos), left));
                for (; key != null; key = open.poll()) {
                    heard.add(key);
                }
            } catch (ClosedWatchServiceException e) {
                service = null;
                return new News.Moved();
            }
            if (heard.moved) {
                return new News.Moved();
            }
            if (!heard.written.isEmpty()) {
                return new News.Written(heard.written);
            }
        }
    }

    private final class Heard {
        private final Set<Path> written = new TreeSet<>();
        private boolean moved;

        void add(WatchKey key) {
            Path directory = directories.get(key);
            for (WatchEvent<?> event : key.pollEvents()) {
                if (directory == null) {
                    continue;
                }
                if (!(event.context() instanceof Path name)) {
                    moved = true;
                } else if (pattern.concerns(directory.resolve(name))) {
                    if (event.kind().equals(StandardWatchEventKinds.ENTRY_MODIFY)) {
                        written.add(directory.resolve(name));
                    } else {
                        moved = true;
                    }
                }
            }
            if (!key.reset()) {
                directories.remove(key);
                moved = true;
            }
        }
    }

    @Override
    public void close() {
        WatchService open = service;
        service = null;
        directories.clear();
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("file events of {} could not be closed", pattern.text(), e);
            }
        }
    }
}
