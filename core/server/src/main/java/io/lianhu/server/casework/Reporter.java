package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.UUID;

/** The resident who reported a case, as at the time of the report. */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Reporter {

    @Column(name = "reporter_id")
    private UUID id;

    @Column(name = "reporter_subject")
    private String subject;

    @Column(name = "reporter_name")
    private String name;

    @Column(name = "reporter_household_id")
    private UUID household;

    @Column(name = "reporter_division_code")
    private String division;

    protected Reporter() {}

    Reporter(Resident resident, String subject) {
        this.id = resident.id();
        this.subject = subject;
        this.name = resident.name();
        this.household = resident.household();
        this.division = resident.division().value();
    }

    UUID id() {
        return id;
    }

    String subject() {
        return subject;
    }

    UUID household() {
        return household;
    }

    DivisionCode division() {
        return new DivisionCode(division);
    }

    Resident resident() {
        return new Resident(id, name, household, division());
    }
}
