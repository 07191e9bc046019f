package io.lianhu.server.post;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;

/** A stand-in (代班): a colleague who has, for a time, what a post allows, and gets its new work. */
@Entity
@Table(name = "stand_in")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class StandIn extends TenantEntity {

    @Column(name = "post_id")
    private UUID postId;

    private String subject;

    @Column(name = "holder_name")
    private String holderName;

    private Instant since;
    private Instant until;
    private boolean closed;

    @SuppressWarnings("UnusedVariable") // kept for whoever asks who arranged it
    @Column(name = "arranged_by")
    private String arrangedBy;

    @Version
    private int version;

    protected StandIn() {}

    StandIn(UUID postId, Post colleague, Instant since, Instant until, String by) {
        this.postId = postId;
        this.subject = colleague.getSubject();
        this.holderName = colleague.getHolderName();
        this.since = since;
        this.until = until;
        this.arrangedBy = by;
    }

    /** At once, where it is not over before; one that has not begun never does. */
    void close(Instant now) {
        if (until.isAfter(now)) {
            until = since.isAfter(now) ? since : now;
        }
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    public UUID getPostId() {
        return postId;
    }

    public String getSubject() {
        return subject;
    }

    public String getHolderName() {
        return holderName;
    }

    public Instant getSince() {
        return since;
    }

    public Instant getUntil() {
        return until;
    }
}
