package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.vault.Vault;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What of a resident is kept sealed, and shown only in part: telephone and ID number. */
@Singleton
class Confidential {

    private static final Pattern TELEPHONE = Pattern.compile("\\+?[0-9](-?[0-9]){5,18}");

    private final Vault vault;

    Confidential(Vault vault) {
        this.vault = vault;
    }

    /**
     * A telephone number as it is to be kept.
     *
     * @throws ApiException {@code INVALID_INPUT}
     */
    static String telephone(String text) {
        String number = text.strip();
        if (!TELEPHONE.matcher(number).matches()) {
            throw ApiException.invalid("telephone");
        }
        return number;
    }

    void keep(ResidentRecord resident, Particulars said, Optional<String> telephone) {
        String tenant = Operation.current().tenant();
        resident.know(said);
        said.idNumber()
                .map(IdNumber::text)
                .ifPresent(number -> resident.keepIdNumber(vault.seal(tenant, number), vault.identity(tenant, number)));
        telephone.ifPresent(number -> resident.keepTelephone(vault.seal(tenant, number), vault.digest(tenant, number)));
    }

    /** What is said anew of a resident, checked against the ID number that is known. */
    Particulars against(ResidentRecord resident, Particulars.Said said, LocalDate today) {
        return new Particulars.Said(
                        said.residence(),
                        said.sex(),
                        said.birthDate(),
                        said.idNumber().or(() -> open(resident.sealedIdNumber())),
                        said.relation())
                .checked(today);
    }

    /** Under which a telephone number may stand. */
    List<byte[]> telephoneDigests(String number) {
        return vault.digests(Operation.current().tenant(), number);
    }

    /** Under which an ID number stands. */
    byte[] idDigest(String number) {
        return vault.identity(Operation.current().tenant(), number);
    }

    Optional<String> maskedTelephone(ResidentRecord resident) {
        return open(resident.sealedTelephone()).map(Confidential::mask);
    }

    Optional<String> maskedIdNumber(ResidentRecord resident) {
        return open(resident.sealedIdNumber()).map(IdNumber::mask);
    }

    /** Whether both have one number, or both none: digests may be of different keys. */
    boolean sameTelephone(ResidentRecord one, ResidentRecord other) {
        return open(one.sealedTelephone()).equals(open(other.sealedTelephone()));
    }

    private Optional<String> open(byte @Nullable [] envelope) {
        return Optional.ofNullable(envelope)
                .map(bytes -> vault.open(Operation.current().tenant(), bytes));
    }

    static String mask(String telephone) {
        int length = telephone.length();
        return length < 8 ? "****" : telephone.substring(0, 3) + "****" + telephone.substring(length - 4);
    }
}
