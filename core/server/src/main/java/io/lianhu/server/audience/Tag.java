package io.lianhu.server.audience;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tag (标签): what a county calls some of its people by, computed by a rule or put on them by hand. */
@Entity
@Table(name = "tag")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Tag extends TenantEntity {

    private String name;
    private @Nullable String rule;
    private boolean confidential;

    @Column(name = "retired_at")
    private @Nullable Instant retiredAt;

    @SuppressWarnings("UnusedVariable") // kept for whoever asks
    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    private int version;

    protected Tag() {}

    Tag(String name, Optional<Criteria> rule, boolean confidential, Instant now) {
        this.createdAt = now;
        change(name, rule, confidential);
    }

    final void change(String name, Optional<Criteria> rule, boolean confidential) {
        this.name = name;
        this.rule = rule.map(Criteria::text).orElse(null);
        this.confidential = confidential;
    }

    void retire(Instant now) {
        retiredAt = retiredAt == null ? now : retiredAt;
    }

    String name() {
        return name;
    }

    /** Whose it is; empty for one that is put on people by hand. */
    Optional<Criteria> rule() {
        return Optional.ofNullable(rule).map(Criteria::of);
    }

    boolean confidential() {
        return confidential;
    }

    boolean retired() {
        return retiredAt != null;
    }

    int version() {
        return version;
    }
}
