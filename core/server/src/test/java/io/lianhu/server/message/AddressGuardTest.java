package io.lianhu.server.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressGuardTest {

    private final AddressGuard strict = new AddressGuard(Optional.empty());
    private final AddressGuard home = new AddressGuard(Optional.of(List.of("127.0.0.0/8", "10.20.0.0/16")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.1",
                "172.16.9.9",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "198.18.0.1",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:7f00:1::",
                "::7f00:1"
            })
    void whatIsNotPublicIsNotCalled(String address) throws UnknownHostException {
        assertFalse(strict.permits(InetAddress.getByName(address)));
        assertThrows(UnknownHostException.class, () -> strict.resolve(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "114.114.114.114", "172.32.0.1", "2400:3200::1"})
    void whatIsPublicIsCalled(String address) throws UnknownHostException {
        assertTrue(strict.permits(InetAddress.getByName(address)));
        assertEquals(InetAddress.getByName(address), strict.resolve(address));
    }

    @Test
    void whatTheOperatorAllowsIsCalledAndNothingBeside() throws UnknownHostException {
        assertTrue(home.permits(InetAddress.getByName("127.0.0.1")));
        assertTrue(home.permits(InetAddress.getByName("10.20.255.1")));
        assertFalse(home.permits(InetAddress.getByName("10.21.0.1")));
        assertEquals(InetAddress.getByName("127.0.0.1"), home.resolve("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sms.example.com/",
                "ftp://sms.example.com/",
                "https://u:p@sms.example.com/",
                "https:///x",
                "x",
                "https://sms.example.com/#x",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://10.0.0.1:8443/x",
                "http://127.0.0.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://127.1/",
                "https://sms.example.com/\u516c",
                "https://a b/",
                ""
            })
    void addressesThatMayNotBeGiven(String url) {
        assertEquals(Optional.empty(), strict.check(url));
    }

    @Test
    void addressesThatMayBeGiven() {
        assertTrue(strict.check("https://sms.example.com:8443/send?county=1").isPresent());
        assertTrue(strict.check("https://8.8.8.8/").isPresent());
        assertTrue(home.check("http://127.0.0.1:9000/x").isPresent());
        assertTrue(home.check("https://10.20.1.1/x").isPresent());
        assertFalse(home.check("http://10.20.1.1/x").isPresent());
        assertFalse(home.check("http://localhost/x").isPresent());
    }
}
