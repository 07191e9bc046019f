package io.lianhu.server.vault;

import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps telephone and ID numbers unreadable at rest: an envelope of format, algorithm, key number, nonce and cipher text, with room for SM4
 * beside AES-256-GCM; and a keyed digest for exact look-up. Each county's keys are derived from the platform's master key by their
 * numbers: the present one seals, and any opens what it has sealed.
 */
@Singleton
public class Vault {

    private static final byte FORMAT = 1;
    private static final byte AES_256_GCM = 1;
    private static final int FIRST_KEY = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int MASTER = 32;

    private final byte[] master;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

    Vault(@ConfigProperty(name = "lianhu.keys.master") String master) {
        this.master = Base64.getDecoder().decode(master);
        if (this.master.length != MASTER) {
            throw new IllegalArgumentException("lianhu.keys.master is not 32 bytes in base64");
        }
    }

    /** The envelope of a text of the county's; another one each time. */
    public byte[] seal(String tenant, String text) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        int number = number(tenant);
        byte[] body = cipher(Cipher.ENCRYPT_MODE, tenant, number, nonce, text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(3 + NONCE + body.length)
                .put(FORMAT)
                .put(AES_256_GCM)
                .put((byte) number)
                .put(nonce)
                .put(body)
                .array();
    }

    /**
     * The text in an envelope.
     *
     * @throws IllegalStateException if the envelope was touched, or is another county's
     */
    public String open(String tenant, byte[] envelope) {
        if (envelope[0] != FORMAT || envelope[1] != AES_256_GCM || envelope[2] < FIRST_KEY) {
            throw new IllegalStateException("An envelope of another format, algorithm or key");
        }
        byte[] nonce = Arrays.copyOfRange(envelope, 3, 3 + NONCE);
        byte[] body = Arrays.copyOfRange(envelope, 3 + NONCE, envelope.length);
        return new String(cipher(Cipher.DECRYPT_MODE, tenant, envelope[2], nonce, body), StandardCharsets.UTF_8);
    }

    /** Equal for equal texts of one county, and tells nothing else. */
    public byte[] digest(String tenant, String text) {
        return digest(tenant, number(tenant), text);
    }

    private byte[] digest(String tenant, int number, String text) {
        return hmac(key(tenant, number, "digest"), text);
    }

    /** A digest that no exchange of keys changes, for what has to be unique: two rows of one text would else not meet. */
    public byte[] identity(String tenant, String text) {
        return hmac(key(tenant, FIRST_KEY, "identity"), text);
    }

    /** All digests under which the text may stand: the present key's, and the one's before while its rows are sealed anew. */
    public List<byte[]> digests(String tenant, String text) {
        int number = number(tenant);
        return IntStream.rangeClosed(Math.max(FIRST_KEY, number - 1), number)
                .mapToObj(one -> digest(tenant, one, text))
                .toList();
    }

    /** The number of the key that the county seals with. */
    int number(String tenant) {
        return numbers.getOrDefault(tenant, FIRST_KEY);
    }

    /** Has the county seal with that key from now on; never with an older one. */
    void use(String tenant, int number) {
        numbers.merge(tenant, number, Math::max);
    }

    private byte[] cipher(int mode, String tenant, int number, byte[] nonce, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(key(tenant, number, "seal"), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("An envelope cannot be made or opened", failure);
        }
    }

    private byte[] key(String tenant, int number, String purpose) {
        return hmac(master, "lianhu/" + number + "/" + tenant + "/" + purpose);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
