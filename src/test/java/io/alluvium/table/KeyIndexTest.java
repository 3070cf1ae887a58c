package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The index alone: keys are numbers, and which version is whose is told by an array.
class KeyIndexTest {

    private static final int HISTORIES = Integer.getInteger("histories", 300);

    /// Ids begin shortly before their low halves start again from 0.
    private static final long FIRST_ID = (1L << 33) - 700;

    private record Latest(long id, boolean isDeletion) {}

    /// Whoever uses an index: chooses the hashes, gives out the ids and remembers their keys.
    private static final class World {
        final KeyIndex index;
        final int hashes;
        final int[] keyOfVersion;
        long nextId = FIRST_ID;

        World(KeyIndex index, int hashes, int versions) {
            this.index = index;
            this.hashes = hashes;
            this.keyOfVersion = new int[versions];
        }

        long hash(int key) {
            return KeyIndex.hash(bytes(key % hashes));
        }

        boolean matches(long id, byte[] key) {
            return keyOfVersion[(int) (id - FIRST_ID)] == ByteBuffer.wrap(key).getInt();
        }

        long append(int key) {
            keyOfVersion[(int) (nextId - FIRST_ID)] = key;
            return nextId++;
        }

        long slot(int key) {
            return index.find(bytes(key), hash(key), nextId, this::matches);
        }

        void put(int key, @Nullable Latest before, boolean isDeletion) {
            long id = append(key);
            if (before == null) {
                index.insert(hash(key), id, isDeletion);
            } else {
                index.replace(hash(key), before.id(), id, isDeletion);
            }
        }

        /// As a reader finds it.
        long find(int key, long near) {
            long hash = hash(key);
            long[] slots = index.slots(hash);
            for (int at = KeyIndex.candidate(slots, hash); at >= 0; at = KeyIndex.candidate(slots, hash, at + 1)) {
                long slot = KeyIndex.slot(slots, at);
                if (KeyIndex.isTaken(slot) && matches(KeyIndex.id(slot, near), bytes(key))) {
                    return KeyIndex.id(slot, near);
                }
            }
            return KeyIndex.ABSENT;
        }

        static byte[] bytes(int key) {
            return ByteBuffer.allocate(4).putInt(key).array();
        }
    }

    @Test
    void anyHistoryLeavesWhatAModelHas() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            runHistory(seed);
        }
    }

    private static void runHistory(int seed) {
        var random = new Random(seed);
        int keys = 1 << random.nextInt(2, 12);
        int hashes = random.nextInt(3) == 0 ? Math.max(1, keys / random.nextInt(1, 64)) : keys;
        int segmentSlots = 1 << random.nextInt(4, 8);
        int steps = random.nextInt(1, 4000);
        var world = new World(new KeyIndex(Math.min(16, segmentSlots), segmentSlots), hashes, steps + 1);
        var model = new HashMap<Integer, Latest>();
        var superseded = new HashMap<Integer, Long>();
        int deletions = random.nextInt(1, 10);
        for (int step = 0; step < steps; step++) {
            int key = random.nextInt(keys);
            Latest before = model.get(key);
            if (before != null && before.isDeletion() && random.nextBoolean()) {
                world.index.removeDeletion(world.hash(key), before.id());
                assertThat(world.index.isCompleteFor(before.id())).isFalse();
                model.remove(key);
            } else if (superseded.containsKey(key) && random.nextInt(20) == 0) {
                // A version that is not the latest any more has no say.
                world.index.removeDeletion(world.hash(key), superseded.get(key));
            } else {
                boolean isDeletion = before != null && !before.isDeletion() && random.nextInt(10) < deletions;
                long id = world.nextId;
                world.put(key, before, isDeletion);
                model.put(key, new Latest(id, isDeletion));
                if (before != null) {
                    superseded.put(key, before.id());
                }
            }
        }
        assertHolds(world, model, keys, seed);
    }

    private static void assertHolds(World world, Map<Integer, Latest> model, int keys, int seed) {
        world.index.checkInvariants();
        assertThat(world.index.present()).as("seed %d", seed).isEqualTo(model.size());
        for (int key = 0; key < keys; key++) {
            Latest latest = model.get(key);
            long slot = world.slot(key);
            if (latest == null) {
                assertThat(KeyIndex.isTaken(slot))
                        .as("key %d, seed %d", key, seed)
                        .isFalse();
                assertThat(world.find(key, world.nextId)).isEqualTo(KeyIndex.ABSENT);
            } else {
                assertThat(KeyIndex.id(slot, world.nextId))
                        .as("key %d, seed %d", key, seed)
                        .isEqualTo(latest.id());
                assertThat(KeyIndex.isDeletion(slot))
                        .as("key %d, seed %d", key, seed)
                        .isEqualTo(latest.isDeletion());
                assertThat(world.find(key, FIRST_ID))
                        .as("key %d, seed %d", key, seed)
                        .isEqualTo(latest.id());
                assertThat(world.index.isLatest(world.hash(key), latest.id())).isTrue();
            }
        }
    }

    @Test
    void searchesAndMemoryStayBoundedHoweverManyKeysComeAndGo() {
        int alive = 20_000;
        int all = 1_000_000;
        var world = new World(new KeyIndex(64, 1024), Integer.MAX_VALUE, 2 * all + alive);
        var deletions = new long[all];
        var random = new Random(7);
        for (int key = 0; key < all; key++) {
            world.put(key, null, false);
            if (key >= alive) {
                int gone = key - alive;
                long before = KeyIndex.id(world.slot(gone), world.nextId);
                deletions[gone] = world.nextId;
                world.put(gone, new Latest(before, false), true);
                world.index.removeDeletion(world.hash(gone), deletions[gone]);
            }
            if (key % 100_000 == 99_999) {
                assertThat(averageSearchForAnAbsentKey(world, random)).isLessThan(16);
                assertThat(world.index.longestSearch()).isLessThan(512);
                assertThat(world.index.heapBytes()).isLessThan(alive * 64L);
            }
        }
        world.index.checkInvariants();
        assertThat(world.index.present()).isEqualTo(alive);
    }

    private static double averageSearchForAnAbsentKey(World world, Random random) {
        int searches = 20_000;
        long steps = 0;
        for (int i = 0; i < searches; i++) {
            long hash = world.hash(random.nextInt(1 << 30, Integer.MAX_VALUE));
            long[] slots = world.index.slots(hash);
            for (int at = (int) (hash >>> 32); slots[at & (slots.length - 1)] != 0; at++) {
                steps++;
            }
        }
        return (double) steps / searches;
    }

    /// Somebody who knows the hash can make keys that all have the same one.
    @Test
    void keysOfOneHashAreAllFoundAndTakeNoMoreMemoryThanOthers() {
        int keys = 30_000;
        var world = new World(new KeyIndex(), 1, keys);
        for (int key = 0; key < keys; key++) {
            world.put(key, null, false);
        }

        world.index.checkInvariants();
        assertThat(world.index.directorySize()).isLessThanOrEqualTo(1 << 15);
        assertThat(world.index.heapBytes()).isLessThan(2 << 20);
        for (int key = 0; key < keys; key += 97) {
            assertThat(world.find(key, world.nextId)).isEqualTo(FIRST_ID + key);
        }
    }

    @Test
    void keysWhoseHashesAgreeInTheDirectorysBitsAreAllFound() {
        int keys = 3000;
        var index = new KeyIndex(16, 64);
        var world = new World(index, Integer.MAX_VALUE, keys);
        var hashes = new long[keys];
        for (int key = 0; key < keys; key++) {
            hashes[key] = KeyIndex.hash(World.bytes(key)) & (1L << 49) - 1;
            index.insert(hashes[key], world.append(key), false);
        }

        index.checkInvariants();
        assertThat(index.directorySize()).isLessThanOrEqualTo(1 << 15);
        assertThat(index.heapBytes()).isLessThan(1 << 20);
        for (int key = 0; key < keys; key++) {
            long slot = index.find(World.bytes(key), hashes[key], world.nextId, world::matches);
            assertThat(KeyIndex.id(slot, world.nextId)).isEqualTo(FIRST_ID + key);
        }
    }

    /// The lower half of the keys is there all the time and gets newer versions; the upper half comes and goes, so
    /// that segments are split and filled anew under the readers.
    @Test
    void readersFindEveryKeyThatIsThereAndNoOlderVersionThanTheyKnowOf() throws InterruptedException {
        int staying = 1 << 10;
        int rounds = 600;
        var world = new World(new KeyIndex(16, 128), staying + staying / 2, 40 * staying * rounds / 8);
        var known = new AtomicLongArray(staying);
        for (int key = 0; key < staying; key++) {
            known.set(key, world.nextId);
            world.put(key, null, false);
        }
        var stop = new AtomicBoolean();
        var failure = new AtomicReference<@Nullable String>();
        List<Thread> readers = IntStream.range(0, 2)
                .mapToObj(n -> Thread.ofPlatform().start(() -> {
                    var random = new Random(n);
                    while (!stop.get()) {
                        int key = random.nextInt(staying);
                        long atLeast = known.get(key);
                        long found = world.find(key, atLeast);
                        if (found < atLeast) {
                            failure.set("version " + found + " of key " + key + " was found, there was " + atLeast);
                        }
                    }
                }))
                .toList();
        try {
            var random = new Random(1);
            for (int round = 0; round < rounds && failure.get() == null; round++) {
                moveOn(world, known, staying, random);
            }
        } finally {
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }

        assertThat(failure.get()).isNull();
        world.index.checkInvariants();
    }

    private static void moveOn(World world, AtomicLongArray known, int staying, Random random) {
        for (int i = 0; i < staying / 8; i++) {
            int key = random.nextInt(staying);
            long id = world.nextId;
            world.put(key, new Latest(known.get(key), false), false);
            known.set(key, id);
        }
        var guests = new ArrayList<Integer>();
        int first = random.nextInt(8) * staying;
        for (int i = 0; i < random.nextInt(2 * staying); i++) {
            int key = staying + first + i;
            world.put(key, null, false);
            guests.add(key);
        }
        for (int key : guests) {
            long before = KeyIndex.id(world.slot(key), world.nextId);
            long deletion = world.nextId;
            world.put(key, new Latest(before, false), true);
            world.index.removeDeletion(world.hash(key), deletion);
        }
    }
}
