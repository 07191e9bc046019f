package io.lianhu.server.resident;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.hibernate.annotations.UuidGenerator;

/** A household (户). */
@Entity
@Table(name = "household")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Household {

    @Id
    @GeneratedValue
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private String tenantId;

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    private String address;

    @Column(name = "head_name")
    private String headName;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    private int version;

    protected Household() {}

    /** A household that begins with one resident, its head. */
    Household(ResidentRecord head, Instant now) {
        divisionId = head.getDivisionId();
        divisionCode = head.getDivisionCode();
        address = head.getAddress();
        headName = head.getName();
        createdAt = now;
    }

    public UUID getId() {
        return id;
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    public String getAddress() {
        return address;
    }

    public String getHeadName() {
        return headName;
    }
}
