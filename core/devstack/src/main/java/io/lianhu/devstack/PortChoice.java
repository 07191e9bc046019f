package io.lianhu.devstack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses the port of one service. */
final class PortChoice {
    // Below what the system gives to outgoing connections, one of which could hold the port at the next start.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 30_000;

    private PortChoice() {}

    /**
     * The port asked for, which must be free; else the remembered one if it is free; else any free one.
     *
     * @param property the system property by which a person asks for a port
     * @param asked zero for no wish
     * @param remembered zero for none
     */
    static int choose(String service, String property, int asked, int remembered, Progress progress) {
        if (asked != 0) {
            if (!free(asked)) {
                throw new DevstackFailure(service + " is to listen on port " + asked + ", which is taken."
                        + " Free it, or choose another with -D" + property + "=…");
            }
            return asked;
        }
        if (remembered != 0 && free(remembered)) {
            return remembered;
        }
        int port = any();
        if (remembered != 0) {
            progress.report(service + ": port " + remembered + " of the last start is taken, using " + port);
        }
        return port;
    }

    static int any() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        } while (!free(port));
        return port;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(Loopback.address(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
