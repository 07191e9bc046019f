package io.lianhu.server.casework;

import io.lianhu.server.post.Posts;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has a case to handle (承办人): a grid worker, the cadres of its village, or a unit. */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Assignee {

    /** What an assignee is. */
    enum Kind {
        GRID_WORKER,
        VILLAGE,
        UNIT
    }

    @Enumerated(EnumType.STRING)
    @Column(name = "assignee_kind")
    private @Nullable Kind kind;

    @Column(name = "assignee_subject")
    private @Nullable String subject;

    @Column(name = "assignee_unit_id")
    private @Nullable UUID unit;

    @Column(name = "assignee_name")
    private String name;

    /** Whether the unit has it as an emergency team (应急队伍). */
    @Column(name = "assignee_team")
    private @Nullable Boolean team;

    protected Assignee() {}

    private Assignee(Kind kind, @Nullable String subject, @Nullable UUID unit, String name) {
        this.kind = kind;
        this.subject = subject;
        this.unit = unit;
        this.name = name;
    }

    static Assignee gridWorker(Posts.Holder holder) {
        return new Assignee(Kind.GRID_WORKER, holder.subject(), null, holder.name());
    }

    /** The cadres of a village, whoever they are. */
    static Assignee village(String name) {
        return new Assignee(Kind.VILLAGE, null, null, name);
    }

    /** The officers of a unit, whoever they are. */
    static Assignee unit(UUID unit, String name) {
        return new Assignee(Kind.UNIT, null, unit, name);
    }

    /** A unit that has the case because of an emergency. */
    static Assignee team(UUID unit, String name) {
        Assignee assignee = unit(unit, name);
        assignee.team = true;
        return assignee;
    }

    boolean isTeam() {
        return team != null && team;
    }

    /** Rows of the version that knew only grid workers say nothing. */
    Kind kind() {
        return kind == null ? Kind.GRID_WORKER : kind;
    }

    @Nullable
    String subject() {
        return subject;
    }

    @Nullable
    UUID unit() {
        return unit;
    }

    String name() {
        return name;
    }
}
