package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.vault.Vault;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/** Telephone numbers of people who are no residents here: kept as those of residents are, and shown as little. */
@Singleton
public class Telephones {

    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9][0-9-]{4,19}");

    private final Vault vault;

    Telephones(Vault vault) {
        this.vault = vault;
    }

    /** A number at rest: its envelope, and the digest by which it is found. */
    @SuppressWarnings("ArrayRecordComponent") // only handed on
    public record Sealed(byte[] envelope, byte[] digest) {}

    /**
     * Seals a number.
     *
     * @throws ApiException {@code INVALID_INPUT} of the field where it is none
     */
    public Sealed seal(String tenant, String number, String field) {
        String stripped = number.strip();
        if (!NUMBER.matcher(stripped).matches()) {
            throw ApiException.invalid(field);
        }
        return new Sealed(vault.seal(tenant, stripped), vault.digest(tenant, stripped));
    }

    /** The number as people may see it: 138****5678. */
    public String masked(String tenant, byte[] envelope) {
        return mask(vault.open(tenant, envelope));
    }

    static String mask(String telephone) {
        int length = telephone.length();
        return length < 8 ? "****" : telephone.substring(0, 3) + "****" + telephone.substring(length - 4);
    }
}
