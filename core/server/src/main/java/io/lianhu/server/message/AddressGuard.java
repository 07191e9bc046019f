package io.lianhu.server.message;

import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps what counties have us call away from our own network: only public addresses are called, and the others only where the
 * operator allows them. A name is resolved here, and what it resolved to is what is called, so that it cannot change in between.
 */
@Singleton
class AddressGuard {

    private static final int LONGEST = 500;

    /** Neither public nor what {@link InetAddress} has a word for. */
    private static final List<Network> RESERVED = Stream.of(
                    "0.0.0.0/8",
                    "100.64.0.0/10",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "240.0.0.0/4",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "fec0::/10")
            .map(Network::parse)
            .toList();

    private final List<Network> allowed;

    AddressGuard(@ConfigProperty(name = "lianhu.webhook.private-networks") Optional<List<String>> allowed) {
        this.allowed = allowed.orElse(List.of()).stream().map(Network::parse).toList();
    }

    /** Addresses with a common beginning. */
    private record Network(BigInteger beginning, int length, int bits) {

        static Network parse(String cidr) {
            int slash = cidr.indexOf('/');
            byte[] address = literal(cidr.substring(0, Math.max(slash, 0)))
                    .orElseThrow(() -> new IllegalArgumentException("Not a network: " + cidr))
                    .getAddress();
            int length = address.length * Byte.SIZE;
            int bits = Integer.parseInt(cidr.substring(slash + 1));
            return new Network(new BigInteger(1, address).shiftRight(length - bits), length, bits);
        }

        boolean contains(InetAddress some) {
            byte[] other = some.getAddress();
            return other.length * Byte.SIZE == length
                    && new BigInteger(1, other).shiftRight(length - bits).equals(beginning);
        }
    }

    /** An address written as such; nothing is looked up. */
    private static Optional<InetAddress> literal(String host) {
        boolean numeric =
                host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.matches("\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");
        try {
            return numeric ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** Whether the address may be called. */
    boolean permits(InetAddress address) {
        boolean closed = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || RESERVED.stream().anyMatch(network -> network.contains(address));
        return !closed || allowed.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * The address to call for a text that somebody gave: https, or http to the loopback address where that is allowed; without user
     * and fragment. Empty if it may not be; a name is not looked up.
     */
    Optional<URI> check(String text) {
        try {
            URI url = new URI(text.strip());
            String host = url.getHost();
            boolean sound = text.length() <= LONGEST
                    && host != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && text.chars().allMatch(character -> character > ' ' && character < 127)
                    && url.getPort() <= 65_535;
            if (!sound) {
                return Optional.empty();
            }
            Optional<InetAddress> literal = literal(host);
            // of digits and dots alone, yet no address: how some resolvers are made to see one all the same
            boolean disguised = literal.isEmpty() && host.matches("(0[xX][0-9a-fA-F]+|[0-9.])+");
            boolean secure = "https".equals(url.getScheme());
            boolean near = "http".equals(url.getScheme())
                    && literal.filter(InetAddress::isLoopbackAddress).isPresent();
            return (secure || near) && !disguised && literal.map(this::permits).orElse(true)
                    ? Optional.of(url)
                    : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    /**
     * The address behind a host's name. Blocks while it is looked up.
     *
     * @throws UnknownHostException where there is none, or one of them may not be called
     */
    InetAddress resolve(String host) throws UnknownHostException {
        InetAddress[] found = InetAddress.getAllByName(host);
        if (!Arrays.stream(found).allMatch(this::permits)) {
            throw new UnknownHostException("the host has an address that may not be called");
        }
        return Arrays.stream(found)
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .orElse(found[0]);
    }
}
