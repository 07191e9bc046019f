package io.lianhu.server.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ChainTest {

    private static final UUID ID = new UUID(1, 2);
    private static final Instant AT = Instant.parse("2026-11-28T04:00:00.000001Z");

    private static AuditRow row(String subject, String roles, List<UUID> objects, @Nullable String reason) {
        return new AuditRow(ID, AT, subject, roles, "caseClose", "Case", objects, reason, "DONE", "request", "::1", 7L);
    }

    private static String hash(long seq, AuditRow row) {
        return HexFormat.of().formatHex(Chain.next(Chain.beginning("520115"), seq, row));
    }

    @Test
    void noTwoDifferentRowsHaveTheSameHash() {
        AuditRow plain = row("a", "bc", List.of(ID), null);
        Set<String> hashes = Stream.of(
                        hash(1, plain),
                        hash(2, plain),
                        hash(1, row("ab", "c", List.of(ID), null)),
                        hash(1, row("a", "bc", List.of(), null)),
                        hash(1, row("a", "bc", List.of(ID), "")),
                        hash(1, row("a", "bc", List.of(ID), "核实身份")),
                        HexFormat.of().formatHex(Chain.next(Chain.beginning("420602"), 1, plain)))
                .collect(Collectors.toSet());
        assertEquals(7, hashes.size());
    }

    @Test
    void theHashIsOfTheRowAloneAndNotOfWhetherItIsSealedAlready() {
        AuditRow sealed = row("a", "b", List.of(ID), null);
        AuditRow waiting =
                new AuditRow(ID, AT, "a", "b", "caseClose", "Case", List.of(ID), null, "DONE", "request", "::1", null);
        assertArrayEquals(Chain.next(new byte[32], 1, sealed), Chain.next(new byte[32], 1, waiting));
    }

    /** Logs are kept for years: a row that was sealed by an old version has to be found good by a new one. */
    @Test
    void theFormOfTheChainIsForever() {
        assertEquals(
                "fa982db14b933fbd1e27e8313927d4c845f2ddc65ba3f96f83088cad4362f969",
                hash(1, row("a", "b", List.of(ID), "核实身份")));
    }
}
