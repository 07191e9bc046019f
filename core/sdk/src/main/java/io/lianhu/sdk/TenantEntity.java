package io.lianhu.sdk;

import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.util.UUID;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A county's row with an id of its own: a UUID of version 7, so that newer rows have greater ids and a list can be paged by id. An entity
 * whose id follows from something else extends {@link TenantRow}.
 */
@MappedSuperclass
public abstract class TenantEntity extends TenantRow {

    @Id
    @GeneratedValue
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private @Nullable UUID id;

    /**
     * The id, given when the entity is persisted.
     *
     * @throws IllegalStateException before that
     */
    public UUID getId() {
        if (id == null) {
            throw new IllegalStateException("Not persisted yet");
        }
        return id;
    }
}
