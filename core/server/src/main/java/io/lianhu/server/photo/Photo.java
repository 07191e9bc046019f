package io.lianhu.server.photo;

import io.lianhu.sdk.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An uploaded photo; its bytes are in the {@link BlobStore} under its id. */
@Entity
@Table(name = "photo")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Photo extends TenantRow {

    @Id
    private UUID id;

    @Column(name = "uploaded_by")
    private String uploadedBy;

    @Column(name = "media_type")
    private String mediaType;

    private int width;
    private int height;

    @SuppressWarnings("UnusedVariable") // for whoever looks into the table
    private long bytes;

    @SuppressWarnings("UnusedVariable") // to find the same photo again
    private String sha256;

    @Column(name = "case_id")
    private @Nullable UUID caseId;

    @Column(name = "step_id")
    private @Nullable UUID stepId;

    @Enumerated(EnumType.STRING)
    private @Nullable PhotoStage stage;

    @SuppressWarnings("UnusedVariable") // SQL orders by it
    private @Nullable Integer ordinal;

    @Column(name = "created_at")
    private Instant createdAt;

    protected Photo() {}

    Photo(UUID id, String uploadedBy, CleanPhoto clean, Instant now) {
        this.id = id;
        this.uploadedBy = uploadedBy;
        this.mediaType = CleanPhoto.MEDIA_TYPE;
        this.width = clean.width();
        this.height = clean.height();
        this.bytes = clean.bytes().length;
        this.sha256 = clean.sha256();
        this.createdAt = now;
    }

    public UUID getId() {
        return id;
    }

    String uploadedBy() {
        return uploadedBy;
    }

    String mediaType() {
        return mediaType;
    }

    /** How many bytes it has. */
    long bytes() {
        return bytes;
    }

    public int getWidth() {
        return width;
    }

    public int getHeight() {
        return height;
    }

    public @Nullable UUID getCaseId() {
        return caseId;
    }

    public @Nullable PhotoStage getStage() {
        return stage;
    }
}
