package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Somebody acts for a person who has no login (代办), and the county keeps what it knows of its residents up to date. */
@Singleton
class RecordResident {

    private static final int MOST_WAITING = 10;

    private final CoreStore store;
    private final RegisterResident registration;
    private final Confidential confidential;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    RecordResident(CoreStore store, RegisterResident registration, Confidential confidential) {
        this.store = store;
        this.registration = registration;
        this.confidential = confidential;
    }

    /** What besides {@link RegisterResident.RegisterInput} and {@link Particulars.Said} is said of the person. */
    record RecordInput(Optional<String> telephone, Optional<GlobalId> householdId) {}

    /** By the household's own, it waits to be approved; by who may approve, it stands at once. */
    Uni<UUID> onBehalf(Call call) {
        RegisterResident.RegisterInput input =
                call.input(RegisterResident.RegisterInput.class).checked();
        RecordInput more = call.input(RecordInput.class);
        Particulars said = call.input(Particulars.Said.class).checked(LocalDate.now(clock));
        Optional<String> telephone = more.telephone().map(Confidential::telephone);
        registration.requireAgreed(input.noticeVersion());
        Actor actor = call.actor();
        Optional<UUID> household = more.householdId().map(id -> id.of("Household"));
        boolean family = household.isPresent()
                && actor.resident().map(Resident::household).equals(household);
        return registration
                .home(input.divisionId())
                .chain(home -> {
                    if (!family) {
                        actor.require(ResidentFeature.APPROVE, home.code());
                    }
                    return store.session(session -> {
                        ResidentRecord resident = new ResidentRecord(
                                actor.subject(),
                                actor.resident().map(Resident::name).orElseGet(() -> Person.current()
                                        .name()),
                                family ? OnBehalf.FAMILY : OnBehalf.OFFICIAL,
                                clock.instant());
                        resident.record(input.name(), home, input.address(), household.orElse(null));
                        resident.consent(input.noticeVersion(), clock.instant());
                        // family is not told who is in the register: who approves finds out
                        return (family ? requireFew(session, actor) : requireNew(session, said, null))
                                .invoke(() -> confidential.keep(resident, said, telephone))
                                .chain(() -> settle(session, resident, family, actor))
                                .chain(() -> session.persist(resident))
                                .map(done -> resident.getId());
                    });
                })
                .call(id -> Grams.put(id));
    }

    /** Who is waited for fills the list of who approves. */
    private static Uni<Void> requireFew(Mutiny.Session session, Actor actor) {
        return session.createSelectionQuery(
                        "select count(*) from ResidentRecord where actedBy = :me and state = PENDING", Long.class)
                .setParameter("me", actor.subject())
                .getSingleResult()
                .invoke(waiting -> {
                    if (waiting >= MOST_WAITING) {
                        throw new ApiException(ResidentError.RESIDENT_WAITING, Map.of("most", MOST_WAITING));
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> settle(Mutiny.Session session, ResidentRecord resident, boolean family, Actor actor) {
        return registration
                .household(session, resident, Optional.empty())
                .invoke(household -> {
                    if (!family) {
                        resident.approve(household.getId(), actor.subject(), clock.instant());
                    }
                })
                .replaceWithVoid();
    }

    /** What changes, besides {@link Particulars.Said}; what is empty stays. */
    record UpdateInput(
            GlobalId residentId,
            Optional<String> name,
            Optional<GlobalId> divisionId,
            Optional<String> address,
            Optional<String> telephone) {}

    Uni<UUID> update(Call call) {
        UpdateInput input = call.input(UpdateInput.class);
        Particulars.Said said = call.input(Particulars.Said.class);
        Optional<String> name = input.name().map(text -> Texts.check(text, 1, 40, "name"));
        Optional<String> address = input.address().map(text -> Texts.check(text, 1, 120, "address"));
        Optional<String> telephone = input.telephone().map(Confidential::telephone);
        UUID id = input.residentId().of("Resident");
        Actor actor = call.actor();
        Uni<Optional<Divisions.Division>> home = input.divisionId().isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : registration.home(input.divisionId().get()).map(Optional::of);
        return home.chain(division -> store.session(session -> RegisterResident.decidable(session, id, actor)
                        .chain(resident -> {
                            resident.requireApproved();
                            division.ifPresent(place -> actor.require(ResidentFeature.APPROVE, place.code()));
                            Particulars checked = confidential.against(resident, said, LocalDate.now(clock));
                            return requireNew(session, checked, id)
                                    .chain(() -> Grams.take(id))
                                    .invoke(() -> {
                                        resident.live(name, division, address);
                                        confidential.keep(resident, checked, telephone);
                                    });
                        })))
                .call(() -> Grams.put(id))
                .replaceWith(id);
    }

    /** Nobody is recorded twice, as far as ID numbers tell. Reads before what is said is kept, lest it find that. */
    private Uni<Void> requireNew(Mutiny.Session session, Particulars said, @Nullable UUID self) {
        return registration
                .known(
                        session,
                        said.idNumber()
                                .map(IdNumber::text)
                                .map(confidential::idDigest)
                                .orElse(null))
                .invoke(known -> {
                    if (known != null && !known.getId().equals(self)) {
                        throw new ApiException(ResidentError.RESIDENT_RECORDED);
                    }
                })
                .replaceWithVoid();
    }
}
