package io.alluvium.source.file;

import io.alluvium.format.RowFile;
import io.alluvium.source.file.FileBatch.Bad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Rows of a file that carries its columns.
final class RowFileBatches implements FileBatches {

    private final FileContent content;
    private final RowFile.Cursor cursor;
    private final JsonRows rows;
    private final byte[] path;
    private final long begin;
    private long next;
    private boolean ended;

    /// @param begin the number of the first row that is read
    RowFileBatches(FileContent content, RowFile.Cursor cursor, long begin) throws IOException {
        this.content = content;
        this.cursor = cursor;
        this.rows = content.table().rows();
        this.path = content.path().getBytes(StandardCharsets.UTF_8);
        this.begin = begin;
        this.next = begin;
        cursor.skipTo(begin);
    }

    @Override
    public @Nullable FileBatch next() throws IOException {
        if (ended) {
            return null;
        }
        FileBatch batch = content.newBatch(begin);
        while (!ended && !batch.isFull()) {
            ended = !cursor.next();
            if (!ended) {
                take(batch);
                next = cursor.rowBehind();
            }
        }
        batch.isLast = ended;
        batch.end = next;
        batch.seen = next;
        batch.line = 1;
        batch.bytesRead = cursor.bytesRead();
        return batch;
    }

    private void take(FileBatch batch) {
        long row = cursor.row();
        RowFile.Problem problem = cursor.problem();
        if (problem == null && !rows.take(cursor.value())) {
            problem = new RowFile.Problem(rows.column, rows.reason());
        }
        if (problem == null) {
            batch.add(content.table().isByPlace() ? Rows.placeKey(path, row) : rows.key, rows.value, row);
        } else {
            batch.add(
                    new Bad(row + 1, problem.column(), problem.reason(), FileBatch.NONE, row, cursor.rowBehind()), -1);
        }
    }
}
