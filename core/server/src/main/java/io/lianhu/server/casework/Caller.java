package io.lianhu.server.casework;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/** Who told of a case by telephone (来电人), as who took the call wrote it down. */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Caller {

    @Column(name = "caller_name")
    private String name;

    @Column(name = "caller_telephone")
    private byte @Nullable [] telephone;

    @SuppressWarnings("UnusedVariable") // by which a number is looked up
    @Column(name = "caller_telephone_digest")
    private byte @Nullable [] telephoneDigest;

    protected Caller() {}

    Caller(String name, byte[] telephone, byte[] telephoneDigest) {
        this.name = name;
        this.telephone = telephone;
        this.telephoneDigest = telephoneDigest;
    }

    String name() {
        return name;
    }

    byte @Nullable [] sealedTelephone() {
        return telephone;
    }
}
