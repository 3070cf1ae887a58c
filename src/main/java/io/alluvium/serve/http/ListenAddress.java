package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/// Where HTTP listens, and what to tell when it cannot.
record ListenAddress(String host, int port) {

    /// A port that nobody listens on at the moment. Several listeners share a port by its number, so that it has to
    /// be known before they open it.
    static ListenAddress free(String host) {
        try (var probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return new ListenAddress(host, probe.getLocalPort());
        } catch (IOException e) {
            throw new ListenAddress(host, 0).notOpened(e);
        }
    }

    /// @throws AlluviumException CONFIGURATION when the host is not an address of this machine
    static void check(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "alluvium.http.host is " + host + ", which is not an address of this machine",
                        "Set alluvium.http.host to 127.0.0.1, to an address of this machine, or to 0.0.0.0 for all");
            }
        } catch (UnknownHostException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "alluvium.http.host is " + host + ", which is not known here",
                    "Set alluvium.http.host to 127.0.0.1 or to an address of this machine",
                    e);
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the addresses of this machine cannot be read: " + e.getMessage(),
                    null,
                    e);
        }
    }

    AlluviumException notOpened(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof BindException) {
            return new AlluviumException(
                    ErrorCode.ADDRESS_IN_USE,
                    "HTTP cannot listen on " + this + ": " + cause.getMessage(),
                    "Stop what listens there, or set alluvium.http.port (ALLUVIUM_HTTP_PORT) to another port, 0 for a"
                            + " free one",
                    cause);
        }
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "HTTP cannot listen on " + this + ": " + cause,
                "Check alluvium.http.host and alluvium.http.port",
                cause);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
