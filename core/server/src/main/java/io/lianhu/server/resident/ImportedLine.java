package io.lianhu.server.resident;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A line of an import as far as it is understood: first what the file says, then what the register has, then what is to be done. */
@SuppressWarnings("NullAway.Init") // filled step by step
final class ImportedLine {

    final int number;
    String name = "";
    String address = "";
    String divisionCode = "";
    String household = "";
    Particulars said;
    Optional<String> telephone = Optional.empty();
    byte @Nullable [] sealedId;
    byte @Nullable [] idDigest;
    byte @Nullable [] sealedTelephone;
    byte @Nullable [] telephoneDigest;

    /** Whether a cell of it is wrong. */
    boolean faulty;

    @Nullable
    Known known;

    @Nullable
    UUID divisionId;

    @Nullable
    UUID householdId;

    ImportedLine(int number) {
        this.number = number;
    }

    /** What the register has of the person with the same ID number. */
    @SuppressWarnings("ArrayRecordComponent") // compared by parts
    record Known(
            UUID id,
            String name,
            String divisionCode,
            String address,
            UUID household,
            byte @Nullable [] telephoneDigest,
            @Nullable String residence,
            @Nullable String relation,
            int version) {}
}
