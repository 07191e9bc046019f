package io.lianhu.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A way to a port of this machine that a test can cut and mend, as if the service behind it had ended and was started again. */
final class Wire implements AutoCloseable {

    private final int target;
    private final int port;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket entrance;

    private Wire(int target) {
        this.target = target;
        this.port = listen(0);
    }

    static Wire to(int port) {
        return new Wire(port);
    }

    int port() {
        return port;
    }

    /** Breaks every connection, and refuses further ones. */
    synchronized void cut() {
        close(entrance);
        entrance = null;
        ends.forEach(Wire::close);
        ends.clear();
    }

    /** Lets connections pass again. */
    void mend() {
        listen(port);
    }

    private synchronized int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            entrance = socket;
            start(() -> accept(socket));
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                join(socket.accept());
            } catch (IOException cut) {
                return;
            }
        }
    }

    private void join(Socket client) throws IOException {
        Socket service = new Socket(InetAddress.getLoopbackAddress(), target);
        ends.add(client);
        ends.add(service);
        start(() -> pump(client, service));
        start(() -> pump(service, client));
    }

    private void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException cut) {
            // that is what a wire is for
        } finally {
            close(from);
            close(to);
            ends.remove(from);
            ends.remove(to);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(@Nullable Closeable end) {
        if (end != null) {
            try {
                end.close();
            } catch (IOException closedAlready) {
                // then there is nothing to do
            }
        }
    }

    @Override
    public void close() {
        cut();
    }
}
