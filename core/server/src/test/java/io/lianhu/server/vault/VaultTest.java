package io.lianhu.server.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class VaultTest {

    private static final String TELEPHONE = "13985012345";

    private final Vault vault = vault(7);

    @Test
    void whatIsSealedIsOpenedAgainAndNeverSealedAlikeTwice() {
        byte[] envelope = vault.seal("520115", TELEPHONE);

        assertEquals(TELEPHONE, vault.open("520115", envelope));
        assertEquals("", vault.open("520115", vault.seal("520115", "")));
        assertFalse(Arrays.equals(envelope, vault.seal("520115", TELEPHONE)));
        assertFalse(new String(envelope, StandardCharsets.ISO_8859_1).contains(TELEPHONE));
    }

    @Test
    void anEnvelopeThatWasTouchedAnywhereIsNotOpened() {
        byte[] envelope = vault.seal("520115", TELEPHONE);
        for (int i = 0; i < envelope.length; i++) {
            byte[] touched = envelope.clone();
            touched[i] ^= 1;
            assertThrows(IllegalStateException.class, () -> vault.open("520115", touched), "byte " + i);
        }
        assertThrows(
                IllegalStateException.class, () -> vault.open("520115", Arrays.copyOf(envelope, envelope.length - 1)));
    }

    @Test
    void anEnvelopeIsOfNoUseInAnotherCountyOrUnderAnotherMasterKey() {
        byte[] envelope = vault.seal("520115", TELEPHONE);

        assertThrows(IllegalStateException.class, () -> vault.open("420602", envelope));
        assertThrows(IllegalStateException.class, () -> vault(8).open("520115", envelope));
    }

    @Test
    void digestsAreEqualWithinACountyAndTellNothingAcrossCounties() {
        assertArrayEquals(vault.digest("520115", TELEPHONE), vault(7).digest("520115", TELEPHONE));
        assertFalse(Arrays.equals(vault.digest("520115", TELEPHONE), vault.digest("420602", TELEPHONE)));
        assertFalse(Arrays.equals(vault.digest("520115", TELEPHONE), vault.digest("520115", "13985012346")));
        assertFalse(Arrays.equals(vault.digest("520115", TELEPHONE), vault(8).digest("520115", TELEPHONE)));
    }

    @Test
    void aNewKeySealsAndAnOldOneStillOpensAndFinds() {
        Vault rotated = vault(7);
        byte[] old = rotated.seal("520115", TELEPHONE);
        byte[] oldDigest = rotated.digest("520115", TELEPHONE);
        rotated.use("520115", 2);
        rotated.use("520115", 1);
        byte[] fresh = rotated.seal("520115", TELEPHONE);

        assertEquals(1, old[2]);
        assertEquals(2, fresh[2]);
        assertEquals(TELEPHONE, rotated.open("520115", old));
        assertEquals(TELEPHONE, vault(7).open("520115", fresh), "by a replica that has not heard of it yet");
        assertFalse(Arrays.equals(oldDigest, rotated.digest("520115", TELEPHONE)));
        assertEquals(2, rotated.digests("520115", TELEPHONE).size());
        assertArrayEquals(oldDigest, rotated.digests("520115", TELEPHONE).get(0));
        assertArrayEquals(
                rotated.digest("520115", TELEPHONE),
                rotated.digests("520115", TELEPHONE).get(1));
        assertEquals(1, rotated.number("420602"), "another county's");
    }

    @Test
    void aMasterKeyOfAnotherLengthIsRefusedAtStart() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Vault(Base64.getEncoder().encodeToString(new byte[16])));
    }

    private static Vault vault(int seed) {
        byte[] master = new byte[32];
        Arrays.fill(master, (byte) seed);
        return new Vault(Base64.getEncoder().encodeToString(master));
    }
}
