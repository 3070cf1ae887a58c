package io.alluvium.format.parquet;

import io.alluvium.format.DamagedException;
import io.alluvium.format.RowFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file, group after group. What is damaged hides the rest of its group; the next group is
/// read again. Belongs to one thread.
final class ParquetRows implements RowFile.Cursor {

    private static final byte[] NONE = {};

    private final FileChannel channel;
    private final ParquetFooter footer;
    private final MessageColumnIO assembly;
    private final ParquetJson json;
    private @Nullable RecordReader<Boolean> reader;
    private int group;
    private long bytesBefore;
    private long next;
    private long row = -1;
    private byte[] value = NONE;
    private RowFile.@Nullable Problem problem;

    ParquetRows(FileChannel channel, ParquetFooter footer, MessageType schema, ParquetJson json) {
        this.channel = channel;
        this.footer = footer;
        this.assembly = new ColumnIOFactory(footer.createdBy()).getColumnIO(schema, footer.schema());
        this.json = json;
    }

    @Override
    public boolean next() throws IOException {
        if (!atRow()) {
            return false;
        }
        row = next;
        if (advance()) {
            value = json.take();
            problem = json.problem();
        }
        return true;
    }

    /// Goes to a group that has rows left.
    private boolean atRow() {
        while (group < footer.groups().size()) {
            ParquetFooter.Group here = footer.groups().get(group);
            if (next < here.firstRow() + here.rows()) {
                return true;
            }
            leaveGroup(here);
        }
        return false;
    }

    private void leaveGroup(ParquetFooter.Group here) {
        reader = null;
        bytesBefore += here.bytes();
        group++;
        next = here.firstRow() + here.rows();
    }

    /// Reads one row.
    ///
    /// @return false when it is damaged; then the rest of the group has been left
    private boolean advance() throws IOException {
        ParquetFooter.Group here = footer.groups().get(group);
        try {
            RecordReader<Boolean> open = reader;
            if (open == null) {
                open = assembly.getRecordReader(new ParquetPages(channel, here), json);
                reader = open;
            }
            json.clear();
            open.read();
            next++;
            return true;
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            if (!(cause instanceof DamagedException)) {
                throw cause;
            }
            damaged(here, cause);
        } catch (RuntimeException e) {
            damaged(here, e);
        }
        return false;
    }

    private void damaged(ParquetFooter.Group here, Exception e) {
        Throwable first = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            first = cause instanceof DamagedException ? first : cause;
        }
        String reason =
                e instanceof DamagedException ? e.getMessage() : "a page cannot be decoded: " + first.getMessage();
        long rows = here.firstRow() + here.rows() - next;
        leaveGroup(here);
        problem = new RowFile.Problem(
                null,
                "the file is damaged: " + reason + "; from here on " + (rows == 1 ? "1 row" : rows + " rows")
                        + " of row group " + group + " cannot be read");
    }

    @Override
    public void skipTo(long wanted) throws IOException {
        while (next < wanted && atRow()) {
            ParquetFooter.Group here = footer.groups().get(group);
            if (wanted >= here.firstRow() + here.rows()) {
                leaveGroup(here);
            } else if (!advance()) {
                return;
            }
        }
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public long rowBehind() {
        return next;
    }

    @Override
    public byte[] value() {
        return value;
    }

    @Override
    public RowFile.@Nullable Problem problem() {
        return problem;
    }

    @Override
    public long bytesRead() {
        if (group >= footer.groups().size()) {
            return bytesBefore;
        }
        ParquetFooter.Group here = footer.groups().get(group);
        return bytesBefore + (here.rows() == 0 ? 0 : here.bytes() * (next - here.firstRow()) / here.rows());
    }
}
