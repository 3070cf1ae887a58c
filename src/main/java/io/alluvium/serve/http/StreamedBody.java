package io.alluvium.serve.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/// The body of a response while it is made. A short one is sent whole; a longer one goes out in pieces, of
/// which only a few are on their way at any time: the writer waits for the client. Used by one thread.
final class StreamedBody extends OutputStream {

    private static final int PIECE_BYTES = 64 << 10;
    private static final int PIECES_ON_THEIR_WAY = 4;

    private final Exchange exchange;
    private final String contentType;
    private final Patience patience;
    private final Semaphore free = new Semaphore(PIECES_ON_THEIR_WAY);
    private byte[] piece = new byte[4 << 10];
    private int size;
    private boolean streaming;
    private volatile boolean failed;

    StreamedBody(Exchange exchange, String contentType, Patience patience) {
        this.exchange = exchange;
        this.contentType = contentType;
        this.patience = patience;
    }

    /// Whether a part of the response is out, so that its status can no longer change.
    boolean isStreaming() {
        return streaming;
    }

    @Override
    public void write(int octet) throws IOException {
        if (size == PIECE_BYTES) {
            sendPiece();
        }
        ensure(size + 1);
        piece[size++] = (byte) octet;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (size == PIECE_BYTES) {
                sendPiece();
            }
            int part = Math.min(left, PIECE_BYTES - size);
            ensure(size + part);
            System.arraycopy(bytes, from, piece, size, part);
            size += part;
            from += part;
            left -= part;
        }
    }

    private void ensure(int capacity) {
        if (capacity > piece.length) {
            piece = Arrays.copyOf(piece, Math.min(PIECE_BYTES, Math.max(capacity, piece.length * 2)));
        }
    }

    private void sendPiece() throws IOException {
        streaming = true;
        if (failed || exchange.isGone()) {
            throw new ClientGoneException("the client closed the connection");
        }
        try {
            patience.acquire(free, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException("interrupted, because the client closed the connection or the service stops");
        }
        exchange.write(contentType, Arrays.copyOf(piece, size)).onComplete(written -> {
            if (written.failed()) {
                failed = true;
            }
            free.release();
        });
        size = 0;
    }

    /// Completes the response.
    void finish() throws IOException {
        if (!streaming) {
            exchange.send(200, contentType, Arrays.copyOf(piece, size));
            return;
        }
        if (size > 0) {
            sendPiece();
        }
        exchange.end();
    }

    /// Sends what is there and cuts the connection, so that the client sees that the response is not whole.
    void finishBroken() throws IOException {
        if (size > 0) {
            sendPiece();
        }
        try {
            patience.acquire(free, PIECES_ON_THEIR_WAY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.abort();
    }
}
