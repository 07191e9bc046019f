package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.resident.ResidentMergeUndone;
import io.lianhu.sdk.resident.ResidentsMerged;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.identity.Person;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Recusal;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Makes one record of two, and two again where that was a mistake: each in one transaction, with both records locked by ascending id. */
@Singleton
class MergeResidents {

    static final String MERGE = "residents:merge";

    private final ResidentDirectory directory;
    private final Confidential confidential;
    private final Events events;
    private final SendMessages messages;
    private final AuditTrail trail;
    private final List<ResidentUse> uses;
    private final Duration window;
    private final Clock clock = Clock.systemUTC();

    MergeResidents(
            ResidentDirectory directory,
            Confidential confidential,
            Events events,
            SendMessages messages,
            AuditTrail trail,
            @All List<ResidentUse> uses,
            @ConfigProperty(name = "lianhu.residents.merge-undo", defaultValue = "30d") Duration window) {
        this.directory = directory;
        this.confidential = confidential;
        this.events = events;
        this.messages = messages;
        this.trail = trail;
        this.uses = uses;
        this.window = window;
    }

    /** Whose login stays, where both records have one. */
    enum Side {
        KEPT,
        OTHER
    }

    /** The input of a merge. */
    record MergeInput(GlobalId keptId, GlobalId otherId, List<ResidentField> take, Optional<Side> login) {}

    Uni<UUID> merge(Call call) {
        MergeInput input = call.input(MergeInput.class);
        UUID keptId = input.keptId().of("Resident");
        UUID otherId = input.otherId().of("Resident");
        if (keptId.equals(otherId)) {
            throw ApiException.invalid("otherId");
        }
        if (input.take().contains(ResidentField.LOGIN)) {
            throw ApiException.invalid("take"); // it is chosen by itself
        }
        return lock(keptId, otherId)
                .chain(() -> pair(keptId, otherId, call.actor()))
                .chain(pair -> {
                    Differences differences = differences(pair.kept(), pair.other());
                    if (differences.twoLogins() && input.login().isEmpty()) {
                        throw new ApiException(ResidentError.RESIDENT_MERGE_LOGINS);
                    }
                    Set<ResidentField> chosen = EnumSet.noneOf(ResidentField.class);
                    chosen.addAll(input.take());
                    if (differences.twoLogins() && input.login().get() == Side.OTHER) {
                        chosen.add(ResidentField.LOGIN);
                    }
                    return merge(pair, differences.taken(chosen), call.actor());
                });
    }

    /** Two records as they are before. */
    record Pair(ResidentRecord kept, ResidentRecord other) {}

    /** Waits for whoever changes one of them; by ascending id, so that two who merge crosswise do not wait for each other. */
    private static Uni<Void> lock(UUID... ids) {
        return Statements.CORE
                .run("select id from lianhu_core.resident where id = any ($1) order by id for update", (Object) ids)
                .replaceWithVoid();
    }

    /** Two approved residents on both of whom the actor may decide. */
    private Uni<Pair> pair(UUID keptId, UUID otherId, Actor actor) {
        return directory.load(Set.of(keptId, otherId)).map(rows -> {
            Map<UUID, ResidentRecord> found =
                    rows.stream().collect(Collectors.toMap(ResidentRecord::getId, Function.identity()));
            Pair pair = new Pair(visible(found, keptId, actor), visible(found, otherId, actor));
            for (ResidentRecord one : List.of(pair.kept(), pair.other())) {
                actor.require(MERGE, new DivisionCode(one.getDivisionCode()));
                one.requireApproved();
                Recusal.require(actor, one.getSubject(), one.requireHousehold());
            }
            return pair;
        });
    }

    private static ResidentRecord visible(Map<UUID, ResidentRecord> found, UUID id, Actor actor) {
        ResidentRecord one = found.get(id);
        if (one == null || !ResidentFeature.mayRead(actor, one)) {
            throw ApiException.notFound("Resident");
        }
        return one;
    }

    Differences differences(ResidentRecord kept, ResidentRecord other) {
        return new Differences(kept, other, confidential.sameTelephone(kept, other));
    }

    private Uni<UUID> merge(Pair pair, Set<ResidentField> taken, Actor actor) {
        ResidentRecord kept = pair.kept();
        ResidentRecord other = pair.other();
        Resident gone = other.view();
        boolean otherLogin = taken.contains(ResidentField.LOGIN);
        String login = otherLogin ? other.getSubject() : kept.getSubject();
        String detached = otherLogin ? kept.getSubject() : other.getSubject();
        boolean moves = taken.contains(ResidentField.HOME);
        UUID household = moves ? other.requireHousehold() : kept.requireHousehold();
        UUID left = moves ? kept.requireHousehold() : other.requireHousehold();
        UUID id = Ids.next();
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return requireNoPost(detached)
                .chain(() -> Grams.take(kept.getId(), other.getId()))
                .chain(() -> Statements.CORE.run(
                        MergeRows.REMEMBER,
                        id,
                        kept.getId(),
                        other.getId(),
                        taken.stream().map(Enum::name).toArray(String[]::new),
                        actor.subject(),
                        Person.current().name(),
                        now,
                        now.plus(window)))
                .chain(() -> Statements.CORE.run(MergeRows.GO, other.getId(), kept.getId(), actor.subject(), now))
                .chain(() -> Statements.CORE.run(MergeRows.TAKE, id))
                .chain(() -> left.equals(household) ? Uni.createFrom().item(false) : emptied(id, left))
                .chain(empty -> {
                    UUID emptied = empty ? left : null;
                    ResidentUse.Merge merge = new ResidentUse.Merge(
                            id, kept.getId(), other.getId(), login, other.requireHousehold(), household, emptied);
                    return move(merge)
                            .chain(() -> Grams.put(kept.getId()))
                            .chain(() -> tell(detached))
                            .chain(() -> record("residentMerge", kept.getId(), other.getId()))
                            .chain(() -> events.publish(new ResidentsMerged(
                                    id,
                                    new Resident(
                                            kept.getId(),
                                            taken.contains(ResidentField.NAME) ? other.getName() : kept.getName(),
                                            household,
                                            new DivisionCode(moves ? other.getDivisionCode() : kept.getDivisionCode())),
                                    gone,
                                    emptied,
                                    now.toInstant())));
                })
                .replaceWith(id);
    }

    private Uni<Void> move(ResidentUse.Merge merge) {
        Uni<Void> moved = Uni.createFrom().voidItem();
        for (ResidentUse use : uses) {
            moved = moved.chain(() -> use.move(merge));
        }
        return moved;
    }

    /** So that the trail of each of the two records tells of it. */
    private Uni<Void> record(String action, UUID kept, UUID gone) {
        return trail.write(AuditEntry.done(action, "Resident", List.of(kept, gone)));
    }

    /** By which somebody works for the county is no login that a merge takes away. */
    private static Uni<Void> requireNoPost(@Nullable String detached) {
        return detached == null
                ? Uni.createFrom().voidItem()
                : Statements.CORE
                        .run("select 1 from lianhu_core.post where subject = $1 and not closed limit 1", detached)
                        .invoke(rows -> {
                            if (rows.rowCount() > 0) {
                                throw new ApiException(ResidentError.RESIDENT_MERGE_POST);
                            }
                        })
                        .replaceWithVoid();
    }

    private static Uni<Boolean> emptied(UUID merge, UUID household) {
        return Statements.CORE.run(MergeRows.EMPTY, merge, household).map(rows -> rows.rowCount() > 0);
    }

    private Uni<Void> tell(@Nullable String detached) {
        return detached == null
                ? Uni.createFrom().voidItem()
                : messages.toSubjects(
                                MessageDraft.of(
                                        MessageKind.SYSTEM, Wording.core("resident-login-detached", Map.of()), null),
                                List.of(detached))
                        .replaceWithVoid();
    }

    /** The input of undoing one. */
    record UndoInput(GlobalId mergeId) {}

    Uni<UUID> undo(Call call) {
        UUID id = call.input(UndoInput.class).mergeId().of("ResidentMerge");
        Actor actor = call.actor();
        return Statements.CORE.run(MergeRows.ENDS, id).chain(ends -> {
            if (ends.rowCount() == 0) {
                throw ApiException.notFound("ResidentMerge");
            }
            Row row = ends.iterator().next();
            UUID kept = row.getUUID(0);
            UUID gone = row.getUUID(1);
            return lock(kept, gone)
                    .chain(() -> Statements.CORE.run(MergeRows.STANDS, id))
                    .chain(found -> found.rowCount() == 0
                            ? Uni.createFrom().<UUID>failure(ApiException.notFound("ResidentMerge"))
                            : directory
                                    .load(Set.of(kept, gone))
                                    .chain(rows -> undo(id, found.iterator().next(), rows, actor)));
        });
    }

    private Uni<UUID> undo(UUID id, Row row, List<ResidentRecord> rows, Actor actor) {
        UUID keptId = row.getUUID("kept_id");
        Map<UUID, ResidentRecord> found = new HashMap<>();
        rows.forEach(one -> found.put(one.getId(), one));
        ResidentRecord kept = found.get(keptId);
        ResidentRecord gone = found.get(row.getUUID("gone_id"));
        if (kept == null || gone == null || !ResidentFeature.mayRead(actor, kept)) {
            throw ApiException.notFound("ResidentMerge");
        }
        for (ResidentRecord one : List.of(kept, gone)) {
            actor.require(MERGE, new DivisionCode(one.getDivisionCode()));
            Recusal.require(actor, one.getSubject(), one.requireHousehold());
        }
        Recusal.require(actor, row.getString("login_gone"));
        Recusal.require(actor, row.getString("login_kept"), row.getUUID("kept_household_id"));
        require(!row.getBoolean("undone"), ResidentError.RESIDENT_MERGE_UNDONE);
        require(!row.getBoolean("over"), ResidentError.RESIDENT_MERGE_OVER);
        require(
                kept.getState() == ResidentState.APPROVED && !row.getBoolean("later"),
                ResidentError.RESIDENT_MERGE_LATER);
        require(!row.getBoolean("login_taken"), ResidentError.RESIDENT_MERGE_LOGIN_TAKEN);
        require(!row.getBoolean("id_taken"), ResidentError.RESIDENT_MERGE_ID_TAKEN);
        ResidentUse.Merge merge = new ResidentUse.Merge(
                id,
                keptId,
                gone.getId(),
                kept.getSubject(),
                gone.requireHousehold(),
                kept.requireHousehold(),
                row.getUUID("emptied_household_id"));
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return Grams.take(keptId)
                .chain(() -> Statements.CORE.run(MergeRows.RESTORE_KEPT, id))
                .chain(() -> Statements.CORE.run(MergeRows.RESTORE_GONE, id))
                .chain(() -> moveBack(merge))
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.resident_merge set undone_at = $2 where id = $1", id, now))
                .chain(() -> Grams.put(keptId, gone.getId()))
                .chain(() -> record("residentMergeUndo", keptId, gone.getId()))
                .chain(() -> events.publish(new ResidentMergeUndone(id, keptId, gone.getId(), now.toInstant())))
                .replaceWith(id);
    }

    private Uni<Void> moveBack(ResidentUse.Merge merge) {
        Uni<Void> moved = Uni.createFrom().voidItem();
        for (ResidentUse use : uses) {
            moved = moved.chain(() -> use.moveBack(merge));
        }
        return moved;
    }

    private static void require(boolean sound, ResidentError error) {
        if (!sound) {
            throw new ApiException(error);
        }
    }
}
