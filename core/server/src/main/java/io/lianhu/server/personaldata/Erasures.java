package io.lianhu.server.personaldata;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.PersonalData;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows of erasures, in the running operation. */
final class Erasures {

    static final String COLUMNS =
            "id, resident_id, subject, household_id, state, requested_by, requested_as, reason, requested_at,"
                    + " not_before, decided_at, decision_note, finished_at";

    private Erasures() {}

    /** An erasure (个人信息删除), as it is shown. */
    public record Erasure(
            UUID id,
            UUID resident,
            @Nullable String subject,
            @Nullable UUID household,
            String state,
            String requestedBy,
            String requestedAs,
            @Nullable String reason,
            Instant requestedAt,
            Instant notBefore,
            @Nullable Instant decidedAt,
            @Nullable String decisionNote,
            @Nullable Instant finishedAt) {

        /** What it is about, by what it was about when it was asked for. */
        PersonalData.Person person(Persons.Found found) {
            return new PersonalData.Person(
                    found.person().records(), Optional.ofNullable(household), Optional.ofNullable(subject));
        }
    }

    /** What became of one section. */
    public record Settled(
            String section, int erased, @Nullable Integer kept, @Nullable String reason, @Nullable Instant until) {}

    static Erasure of(Row row) {
        return new Erasure(
                row.getUUID("id"),
                row.getUUID("resident_id"),
                row.getString("subject"),
                row.getUUID("household_id"),
                row.getString("state"),
                row.getString("requested_by"),
                row.getString("requested_as"),
                row.getString("reason"),
                instant(row.getOffsetDateTime("requested_at")),
                instant(row.getOffsetDateTime("not_before")),
                moment(row.getOffsetDateTime("decided_at")),
                row.getString("decision_note"),
                moment(row.getOffsetDateTime("finished_at")));
    }

    static @Nullable Instant moment(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static Instant instant(OffsetDateTime time) {
        return time.toInstant();
    }

    static Uni<Map<UUID, Erasure>> load(Collection<UUID> ids) {
        return Statements.CORE
                .run("select " + COLUMNS + " from lianhu_core.erasure where id = any ($1)", (Object)
                        ids.toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, Erasure> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getUUID("id"), of(row)));
                    return found;
                });
    }

    /** One, held until the transaction ends; empty where it does not exist. */
    static Uni<Optional<Erasure>> hold(UUID id) {
        return Statements.CORE
                .run("select " + COLUMNS + " from lianhu_core.erasure where id = $1 for update", id)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(Erasures::of));
    }

    static Uni<Map<UUID, List<Settled>>> outcomes(Collection<UUID> ids) {
        return Statements.CORE
                .run(
                        "select erasure_id, section, erased, kept, reason, until from lianhu_core.erasure_outcome"
                                + " where erasure_id = any ($1) order by section",
                        (Object) ids.toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, List<Settled>> found = new HashMap<>();
                    rows.forEach(row -> found.computeIfAbsent(row.getUUID(0), first -> new ArrayList<>())
                            .add(new Settled(
                                    row.getString(1),
                                    row.getInteger(2),
                                    row.getInteger(3),
                                    row.getString(4),
                                    moment(row.getOffsetDateTime(5)))));
                    return found;
                });
    }

    /** What is erased of a section adds up over the tries; what is kept is what was kept last. */
    static Uni<Void> settle(UUID erasure, PersonalData.Outcome outcome, boolean counted) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.erasure_outcome as o (erasure_id, section, erased, kept, reason, until)"
                                + " values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, erasure_id, section) do update set"
                                + " erased = o.erased + excluded.erased, kept = excluded.kept, reason = excluded.reason,"
                                + " until = excluded.until, settled_at = now() where o.reason is not null",
                        erasure,
                        outcome.section(),
                        outcome.erased(),
                        counted ? outcome.kept() : null,
                        outcome.reason().orElse(null),
                        outcome.until()
                                .map(until -> until.atOffset(ZoneOffset.UTC))
                                .orElse(null))
                .replaceWithVoid();
    }

    /** Has what is partly done, or waits, looked at again at once: what held it may be gone. */
    static Uni<Void> again(@Nullable UUID resident) {
        return Statements.CORE
                .run(
                        "update lianhu_core.erasure set due_at = case when state = 'PARTLY' then now() else due_at end,"
                                + " attempts = 0 where state in ('APPROVED', 'PARTLY') and ($1::uuid is null or resident_id = $1)",
                        resident)
                .replaceWithVoid();
    }

    /** Refuses where it stands elsewhere. */
    static void require(Erasure erasure, String... states) {
        if (!List.of(states).contains(erasure.state())) {
            throw new ApiException(
                    PersonalDataError.ERASURE_STATE, Map.of("state", ErasureState.valueOf(erasure.state())));
        }
    }
}
