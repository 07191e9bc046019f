package io.lianhu.devstack;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The one address that everything here listens on: nobody else's machine reaches it. */
final class Loopback {
    /** As text, for addresses and configuration. */
    static final String HOST = "127.0.0.1";

    private Loopback() {}

    /** By its bytes, since localhost may as well resolve to the IPv6 one. */
    static InetAddress address() {
        try {
            return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
