package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.table.IndexDefinition.Kind;
import java.util.Arrays;
import java.util.List;

/// Makes an [IndexRun] of chunks: lists their rows and sorts them.
final class IndexRunBuilder {

    private final SecondaryIndex index;
    private final ColumnType[] types;
    private final List<ChunkView> chunks;
    private final ColumnData[][] columns;

    /// Which rows get an entry.
    interface Wanted {
        boolean test(ChunkView chunk, int place);
    }

    /// @param types the types that the index's columns have in the chunks
    /// @param chunks in the order of their numbers
    IndexRunBuilder(SecondaryIndex index, ColumnType[] types, List<ChunkView> chunks) {
        this.index = index;
        this.types = types;
        this.chunks = chunks;
        this.columns = new ColumnData[types.length][chunks.size()];
        for (int c = 0; c < types.length; c++) {
            for (int i = 0; i < chunks.size(); i++) {
                columns[c][i] = chunks.get(i).columns[index.columns[c]];
            }
        }
    }

    IndexRun build() {
        return build((chunk, place) -> true);
    }

    IndexRun build(Wanted wanted) {
        return index.definition.kind() == Kind.HASH ? hashed(wanted) : ordered(wanted);
    }

    private IndexRun ordered(Wanted wanted) {
        int[] refs = refs(wanted);
        EntrySort.byValues(types, columns, refs);
        int wordCount = refs.length;
        while (wordCount > 0 && isNull(refs[wordCount - 1])) {
            wordCount--;
        }
        byte[] common =
                wordCount > 0 && SortWord.isByteString(types[0]) ? common(refs[0], refs[wordCount - 1]) : new byte[0];
        long[] words = new long[wordCount];
        for (int i = 0; i < wordCount; i++) {
            words[i] = SortWord.of(column(0, refs[i]), refs[i] & Chunk.PLACE_MASK, common.length);
        }
        return run(refs, words, common);
    }

    private IndexRun hashed(Wanted wanted) {
        int[] refs = refs((chunk, place) -> wanted.test(chunk, place) && !hasNull(chunk, place));
        long[] words = new long[refs.length];
        for (int i = 0; i < refs.length; i++) {
            for (int c = 0; c < columns.length; c++) {
                words[i] = SortWord.hash(words[i], column(c, refs[i]), refs[i] & Chunk.PLACE_MASK);
            }
        }
        EntrySort.byWords(words, refs);
        return run(refs, words, new byte[0]);
    }

    private boolean hasNull(ChunkView chunk, int place) {
        for (int column : index.columns) {
            if (chunk.columns[column].isNull(place)) {
                return true;
            }
        }
        return false;
    }

    private IndexRun run(int[] refs, long[] words, byte[] common) {
        long[] numbers = chunks.stream().mapToLong(chunk -> chunk.chunk.number).toArray();
        return new IndexRun(index.definition.kind(), types, numbers, columns, refs, words, common);
    }

    private int[] refs(Wanted wanted) {
        int capacity = chunks.stream().mapToInt(chunk -> chunk.rows).sum();
        int[] refs = new int[capacity];
        int size = 0;
        for (int i = 0; i < chunks.size(); i++) {
            ChunkView chunk = chunks.get(i);
            for (int place = 0; place < chunk.rows; place++) {
                if (wanted.test(chunk, place)) {
                    refs[size++] = (i << Chunk.ROWS_LOG2) | place;
                }
            }
        }
        return size == capacity ? refs : Arrays.copyOf(refs, size);
    }

    private ColumnData column(int column, int ref) {
        return columns[column][ref >>> Chunk.ROWS_LOG2];
    }

    private boolean isNull(int ref) {
        return column(0, ref).isNull(ref & Chunk.PLACE_MASK);
    }

    /// What the first and the last of sorted byte strings begin with, and so all between them.
    private byte[] common(int first, int last) {
        byte[] low = bytes(first);
        byte[] high = bytes(last);
        int mismatch = Arrays.mismatch(low, high);
        return Arrays.copyOf(low, mismatch < 0 ? low.length : mismatch);
    }

    private byte[] bytes(int ref) {
        ColumnData data = column(0, ref);
        int place = ref & Chunk.PLACE_MASK;
        Bytes bytes = data.byteStrings();
        return bytes != null ? bytes.copy(place) : TextBytes.encode((String) data.getObject(place));
    }
}
