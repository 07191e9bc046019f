package io.lianhu.devstack;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;

/** The one address that everything here listens on: nobody else's machine reaches it. */
final class Loopback {
    /** As text, for addresses and configuration. */
    static final String HOST = "127.0.0.1";

    private static final Duration CONNECT = Duration.ofSeconds(30);

    static {
        // Counties are told apart by host name, which not every resolver knows: callers name it in a header.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private Loopback() {}

    /** A client that may set the header Host. */
    static HttpClient http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** By its bytes, since localhost may as well resolve to the IPv6 one. */
    static InetAddress address() {
        try {
            return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
