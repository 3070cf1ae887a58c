package io.alluvium.serve.http;

import java.io.IOException;

/// The client closed its connection or stopped reading, so that nobody wants the rest of the answer.
final class ClientGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    ClientGoneException(String message) {
        super(message);
    }
}
