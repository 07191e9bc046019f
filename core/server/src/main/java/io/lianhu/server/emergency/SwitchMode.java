package io.lianhu.server.emergency;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.emergency.EmergencyDeclared;
import io.lianhu.sdk.emergency.EmergencyEnded;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Switches a county or a town into emergency mode and back; the two are steps in an append-only history, and told of. */
@Singleton
class SwitchMode {

    static final String SWITCH = "emergency:switch";

    private final EmergencyMode mode;
    private final DivisionDirectory divisions;
    private final Events events;
    private final Signals signals;
    private final Clock clock = Clock.systemUTC();

    SwitchMode(EmergencyMode mode, DivisionDirectory divisions, Events events, Signals signals) {
        this.mode = mode;
        this.divisions = divisions;
        this.events = events;
        this.signals = signals;
    }

    /** The input of a declaration. */
    record DeclareInput(GlobalId divisionId, Optional<Integer> level, String reason) {}

    /** The input of an end. */
    record EndInput(GlobalId emergencyId, String reason, Optional<Emergency.OpenCases> openCases) {}

    static String topic(String tenant) {
        return tenant + ":emergency";
    }

    Uni<UUID> declare(Call call) {
        DeclareInput input = call.input(DeclareInput.class);
        String reason = Texts.check(input.reason(), 1, 200, "reason");
        if (input.level().filter(level -> level < 1 || level > 4).isPresent()) {
            throw ApiException.invalid("level");
        }
        Actor actor = call.actor();
        Instant now = clock.instant();
        UUID id = Ids.next();
        return divisions.require(input.divisionId().of("Division")).chain(where -> {
            if (where.code().value().length() > 9) {
                throw new ApiException(EmergencyError.EMERGENCY_DIVISION);
            }
            actor.require(SWITCH, where.code());
            return switching(where.code())
                    .chain(() -> open(id, where, input.level().orElse(null), reason, actor, now))
                    .chain(() -> step(id, "DECLARE", input.level().orElse(null), reason, actor, now))
                    .chain(() -> events.publish(new EmergencyDeclared(id, where.code(), input.level(), reason, now)))
                    .replaceWith(id);
        });
    }

    private static Uni<Void> open(
            UUID id, Divisions.Division where, @Nullable Integer level, String reason, Actor actor, Instant now) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.emergency (id, division_id, division_code, level, reason, declared_by,"
                                + " declared_by_name, declared_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
                                + " on conflict (tenant_id, division_id) where ended_at is null do nothing",
                        id,
                        where.id(),
                        where.code().value(),
                        level,
                        reason,
                        actor.subject(),
                        Person.current().name(),
                        now.atOffset(ZoneOffset.UTC))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(EmergencyError.EMERGENCY_OPEN);
                    }
                })
                .replaceWithVoid();
    }

    Uni<UUID> end(Call call) {
        EndInput input = call.input(EndInput.class);
        String reason = Texts.check(input.reason(), 1, 200, "reason");
        UUID id = input.emergencyId().of("Emergency");
        Actor actor = call.actor();
        Instant now = clock.instant();
        return Statements.CORE.run(Emergency.READ + " where id = $1", id).chain(rows -> {
            if (rows.rowCount() == 0) {
                throw ApiException.notFound("Emergency");
            }
            Emergency emergency = Emergency.of(rows.iterator().next());
            actor.require(SWITCH, emergency.code());
            return switching(emergency.code())
                    .chain(() -> close(id, reason, input.openCases().orElse(Emergency.OpenCases.KEEP), actor, now))
                    .chain(() -> step(id, "END", null, reason, actor, now))
                    .chain(() -> events.publish(new EmergencyEnded(id, emergency.code(), reason, now)))
                    .replaceWith(id);
        });
    }

    private static Uni<Void> close(UUID id, String reason, Emergency.OpenCases openCases, Actor actor, Instant now) {
        return Statements.CORE
                .run(
                        "update lianhu_core.emergency set ended_at = $2, end_reason = $3, ended_by = $4, ended_by_name = $5,"
                                + " open_cases = $6"
                                + " where id = $1 and ended_at is null",
                        id,
                        now.atOffset(ZoneOffset.UTC),
                        reason,
                        actor.subject(),
                        Person.current().name(),
                        openCases.name())
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(EmergencyError.EMERGENCY_OVER);
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<RowSet<Row>> step(
            UUID emergency, String action, @Nullable Integer level, String reason, Actor actor, Instant now) {
        return Statements.CORE.run(
                "insert into lianhu_core.emergency_step (id, emergency_id, action, level, reason, actor_subject, actor_name,"
                        + " occurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                Ids.next(),
                emergency,
                action,
                level,
                reason,
                actor.subject(),
                Person.current().name(),
                now.atOffset(ZoneOffset.UTC));
    }

    /** Waits for who reckons clocks, counts the switches, one after the other, and has every replica and listener look again. */
    private Uni<Void> switching(DivisionCode at) {
        String tenant = Operation.current().tenant();
        return Statements.CORE
                .run("select lianhu_core.lock_clocks($1)", tenant)
                .chain(() -> Statements.CORE.run(
                        "insert into lianhu_core.emergency_switch (division_id, version)"
                                + " select id, 1 from lianhu_core.division where code = $1"
                                + " on conflict (tenant_id, division_id) do update"
                                + " set version = emergency_switch.version + 1 returning version",
                        tenant))
                .invoke(rows -> {
                    mode.changing(rows.iterator().next().getInteger(0));
                    Operation.current().afterCommit(() -> signals.send(topic(tenant), at.value())
                            .subscribe()
                            .with(sent -> {}));
                })
                .replaceWithVoid();
    }
}
