package io.lianhu.server.personaldata;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Recusal;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Erasures (个人信息删除) over GraphQL: asked for by the person, decided by an administrator, done by {@link EraseWorker}. */
@Singleton
class ErasureFeature implements CoreFeature {

    private static final String TYPE = "Erasure";
    private static final String REQUEST = "personal-data:erase";
    private static final String DECIDE = "personal-data:decide";

    private final AuditTrail trail;
    private final SendMessages messages;
    private final Duration coolingOff;

    ErasureFeature(
            AuditTrail trail,
            SendMessages messages,
            @ConfigProperty(name = "lianhu.personal-data.cooling-off", defaultValue = "7d") Duration coolingOff) {
        this.trail = trail;
        this.messages = messages;
        this.coolingOff = coolingOff;
    }

    @Override
    public String schema() {
        return "erasure";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(REQUEST, Role.RESIDENT, Role.COUNTY_ADMINISTRATOR),
                Permission.of(DECIDE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node(TYPE, this::load)
                .query("erasures", this::list)
                .query("viewerErasures", this::ownList)
                .field(TYPE, "residentId", ErasureFeature::residentId)
                .batch(TYPE, "outcomes", this::outcomes)
                .mutation("erasureRequest", this::request)
                .mutation("erasureWithdraw", this::withdraw)
                .mutation("erasureApprove", this::approve)
                .mutation("erasureRefuse", this::refuse);
    }

    private static boolean mayRead(Actor actor, Erasures.Erasure erasure) {
        return actor.may(DECIDE)
                || actor.subject().equals(erasure.requestedBy())
                || actor.subject().equals(erasure.subject());
    }

    private Uni<Map<UUID, Erasures.Erasure>> load(Set<UUID> ids, Call call) {
        return Erasures.load(ids).map(found -> {
            Map<UUID, Erasures.Erasure> seen = new HashMap<>(found);
            seen.values().removeIf(one -> !mayRead(call.actor(), one));
            return seen;
        });
    }

    private Uni<Connection<Erasures.Erasure>> list(Call call) {
        return page(call, call.argument("state", String.class).orElse(null), null);
    }

    private Uni<Connection<Erasures.Erasure>> ownList(Call call) {
        return page(call, null, call.actor().subject());
    }

    private static Uni<Connection<Erasures.Erasure>> page(Call call, @Nullable String state, @Nullable String subject) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        "select " + Erasures.COLUMNS
                                + " from lianhu_core.erasure where ($1::text is null or state = $1)"
                                + " and ($2::text is null or subject = $2 or requested_by = $2)"
                                + " and ($3::uuid is null or id < $3) order by id desc limit $4",
                        state,
                        subject,
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(Erasures::of)
                                .toList(),
                        page,
                        Erasures.Erasure::id));
    }

    private static Uni<String> residentId(Call call) {
        return Uni.createFrom()
                .item(new GlobalId("Resident", call.<Erasures.Erasure>source().resident()).encode());
    }

    private Uni<Map<Erasures.Erasure, List<Erasures.Settled>>> outcomes(List<Erasures.Erasure> sources, Call call) {
        return Erasures.outcomes(sources.stream().map(Erasures.Erasure::id).toList())
                .map(found -> {
                    Map<Erasures.Erasure, List<Erasures.Settled>> told = new HashMap<>();
                    sources.forEach(one -> told.put(one, found.getOrDefault(one.id(), List.of())));
                    return told;
                });
    }

    /** The input of a request. */
    record RequestInput(Optional<GlobalId> residentId, String name, Optional<String> reason) {}

    private Uni<UUID> request(Call call) {
        RequestInput input = call.input(RequestInput.class);
        Actor actor = call.actor();
        UUID id = input.residentId().map(given -> given.of("Resident")).orElseGet(() -> actor.requireResident()
                .id());
        return Persons.hold(id).map(found -> Persons.known(found, actor)).chain(found -> {
            Persons.Standing standing = found.standing(actor);
            if (standing == Persons.Standing.OTHER) {
                actor.require(DECIDE, found.home());
            }
            Optional<String> reason = standing == Persons.Standing.SELF
                    ? Texts.check(input.reason(), 200, "reason")
                    : Optional.of(Texts.check(input.reason().orElse(""), 2, 200, "reason"));
            UUID erasure = Ids.next();
            return requireFree(found, input.name())
                    .chain(() -> Statements.CORE.run(
                            "insert into lianhu_core.erasure (id, resident_id, subject, household_id, state, requested_by,"
                                    + " requested_as, reason, not_before)"
                                    + " values ($1, $2, $3, $4, 'REQUESTED', $5, $6, $7, now() + make_interval(secs => $8))",
                            erasure,
                            id,
                            found.person().subject().orElse(null),
                            found.person().household().orElse(null),
                            actor.subject(),
                            standing == Persons.Standing.OTHER ? "COUNTY" : standing.name(),
                            reason.orElse(null),
                            coolingOff.toMillis() / 1_000.0))
                    .chain(() -> told("Erasure.requested", id, reason))
                    .replaceWith(erasure);
        });
    }

    private Uni<Void> told(String action, UUID resident, Optional<String> reason) {
        AuditEntry entry = AuditEntry.done(action, "Resident", List.of(resident));
        return trail.write(reason.map(entry::because).orElse(entry));
    }

    /** The record is held, so that two who ask at once ask one after the other. */
    private static Uni<Void> requireFree(Persons.Found found, String name) {
        return Statements.CORE
                .run(
                        "select r.name = $2 and r.state <> 'ERASED', exists (select 1 from lianhu_core.erasure e where e.resident_id = $1"
                                + " and e.state in ('REQUESTED', 'APPROVED', 'PARTLY')) from lianhu_core.resident r where r.id = $1",
                        found.id(),
                        name.strip())
                .invoke(rows -> {
                    Row row = rows.iterator().next();
                    if (!row.getBoolean(0)) {
                        throw new ApiException(PersonalDataError.ERASURE_CONFIRMATION);
                    }
                    if (row.getBoolean(1)) {
                        throw new ApiException(PersonalDataError.ERASURE_OPEN);
                    }
                })
                .chain(() -> requireNoOffice(found.person().subject()));
    }

    /** What is done for the county is done under a name. */
    private static Uni<Void> requireNoOffice(Optional<String> subject) {
        return Statements.CORE
                .run("select 1 from lianhu_core.post where subject = $1 and not closed limit 1", subject.orElse(""))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(PersonalDataError.ERASURE_IN_OFFICE);
                    }
                })
                .replaceWithVoid();
    }

    /** One that the actor may know of, held until the transaction ends. */
    private static Uni<Erasures.Erasure> held(UUID id, Actor actor) {
        return Erasures.hold(id)
                .map(found -> found.filter(one -> mayRead(actor, one)).orElseThrow(() -> ApiException.notFound(TYPE)));
    }

    /** The input of a withdrawal. */
    record WithdrawInput(GlobalId erasureId) {}

    private Uni<UUID> withdraw(Call call) {
        UUID id = call.input(WithdrawInput.class).erasureId().of(TYPE);
        Actor actor = call.actor();
        return held(id, actor).chain(erasure -> {
            if (!actor.subject().equals(erasure.requestedBy())
                    && !actor.subject().equals(erasure.subject())) {
                throw ApiException.forbidden(REQUEST);
            }
            Erasures.require(erasure, "REQUESTED", "APPROVED");
            return Statements.CORE
                    .run(
                            "update lianhu_core.erasure set state = 'WITHDRAWN', due_at = null, finished_at = now() where id = $1"
                                    + " and (due_at is null or due_at > now())"
                                    + " and not exists (select 1 from lianhu_core.erasure_outcome where erasure_id = $1)",
                            id)
                    .invoke(rows -> {
                        if (rows.rowCount() == 0) {
                            throw new ApiException(
                                    PersonalDataError.ERASURE_STATE,
                                    Map.of("state", ErasureState.valueOf(erasure.state())));
                        }
                    })
                    .replaceWith(id);
        });
    }

    /** The input of an approval. */
    record ApproveInput(GlobalId erasureId, Optional<String> note) {}

    private Uni<UUID> approve(Call call) {
        ApproveInput input = call.input(ApproveInput.class);
        Optional<String> note = Texts.check(input.note(), 200, "note");
        UUID id = input.erasureId().of(TYPE);
        return decidable(id, call.actor())
                .call(erasure -> requireNoOffice(Optional.ofNullable(erasure.subject())))
                .chain(erasure -> Statements.CORE
                        .run(
                                "update lianhu_core.erasure set state = 'APPROVED', decided_by = $2, decided_at = now(),"
                                        + " decision_note = $3, due_at = greatest(now(), not_before) where id = $1",
                                id,
                                call.actor().subject(),
                                note.orElse(null))
                        .chain(() -> told("Erasure.approved", erasure.resident(), note)))
                .replaceWith(id);
    }

    /** The input of a refusal. */
    record RefuseInput(GlobalId erasureId, String reason) {}

    private Uni<UUID> refuse(Call call) {
        RefuseInput input = call.input(RefuseInput.class);
        String reason = Texts.check(input.reason(), 2, 200, "reason");
        UUID id = input.erasureId().of(TYPE);
        return decidable(id, call.actor())
                .chain(erasure -> Statements.CORE
                        .run(
                                "update lianhu_core.erasure set state = 'REFUSED', decided_by = $2, decided_at = now(),"
                                        + " decision_note = $3, finished_at = now() where id = $1",
                                id,
                                call.actor().subject(),
                                reason)
                        .chain(() -> told("Erasure.refused", erasure.resident(), Optional.of(reason)))
                        .chain(() -> messages.toResidents(
                                MessageDraft.of(
                                        MessageKind.SYSTEM,
                                        Wording.core("erasure.refused", Map.of("reason", reason)),
                                        new GlobalId(TYPE, id)),
                                List.of(erasure.resident()))))
                .replaceWith(id);
    }

    /** Who asked for it, or whose it is, does not decide on it. */
    private static Uni<Erasures.Erasure> decidable(UUID id, Actor actor) {
        return held(id, actor).invoke(erasure -> {
            Recusal.require(actor, erasure.requestedBy());
            UUID household = erasure.household();
            if (household == null) {
                Recusal.require(actor, erasure.subject());
            } else {
                Recusal.require(actor, erasure.subject(), household);
            }
            Erasures.require(erasure, "REQUESTED");
        });
    }
}
