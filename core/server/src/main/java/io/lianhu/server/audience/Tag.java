package io.lianhu.server.audience;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
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

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

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
        this.rule = rule.map(Tag::write).orElse(null);
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
        return Optional.ofNullable(rule).map(Tag::read);
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

    private static String write(Criteria criteria) {
        try {
            return JSON.writeValueAsString(criteria);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Criteria read(String text) {
        try {
            return JSON.readValue(text, Criteria.class);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("A tag's rule cannot be read", damaged);
        }
    }
}
