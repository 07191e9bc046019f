package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.post.Recusal;
import io.lianhu.server.tenant.TenantRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** A person registers; somebody else approves or refuses. */
@Singleton
class RegisterResident {

    /** A grid's code; a home lies in a grid, or in a group below it. */
    private static final int GRID = 15;

    private final CoreStore store;
    private final DivisionDirectory divisions;
    private final Organizations organizations;
    private final TenantRegistry tenants;
    private final Confidential confidential;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    RegisterResident(
            CoreStore store,
            DivisionDirectory divisions,
            Organizations organizations,
            TenantRegistry tenants,
            Confidential confidential) {
        this.store = store;
        this.divisions = divisions;
        this.organizations = organizations;
        this.tenants = tenants;
        this.confidential = confidential;
    }

    /** The input of a registration, and of a person's record. */
    record RegisterInput(String name, GlobalId divisionId, String address, String noticeVersion) {

        RegisterInput checked() {
            return new RegisterInput(
                    Texts.check(name, 1, 40, "name"),
                    divisionId,
                    Texts.check(address, 1, 120, "address"),
                    noticeVersion);
        }
    }

    Uni<UUID> register(Call call) {
        RegisterInput input = call.input(RegisterInput.class).checked();
        Particulars said = call.input(Particulars.Said.class).checked(LocalDate.now(clock));
        String tenant = Operation.current().tenant();
        requireAgreed(input.noticeVersion());
        Person person = Person.current();
        return home(input.divisionId())
                .chain(home -> save(input, home, person, said))
                // last, so that a failure leaves no record; a member without a record is nobody here
                .call(() -> organizations.addMember(tenant, person.subject()));
    }

    /** Consent is to what is in force: who was shown an older notice has to see the new one first. */
    void requireAgreed(String version) {
        boolean agreed = tenants.byCode(Operation.current().tenant())
                .map(county -> county.manifest().noticeVersion())
                .filter(version::equals)
                .isPresent();
        if (!agreed) {
            throw ApiException.invalid("noticeVersion");
        }
    }

    /** A place where a person can be at home. */
    Uni<Divisions.Division> home(GlobalId division) {
        return divisions.require(division.of("Division")).invoke(home -> {
            if (home.code().value().length() < GRID) {
                throw new ApiException(ResidentError.RESIDENT_HOME_DIVISION);
            }
        });
    }

    private Uni<UUID> save(RegisterInput input, Divisions.Division home, Person person, Particulars said) {
        return store.session(session -> session.createSelectionQuery(
                                "from ResidentRecord where subject = :subject", ResidentRecord.class)
                        .setParameter("subject", person.subject())
                        .getSingleResultOrNull()
                        .call(known -> known == null ? Uni.createFrom().voidItem() : Grams.take(known.getId()))
                        .chain(known -> {
                            ResidentRecord resident =
                                    known != null ? known : new ResidentRecord(person.subject(), clock.instant());
                            resident.register(
                                    input.name(),
                                    home.id(),
                                    home.code().value(),
                                    input.address(),
                                    input.noticeVersion(),
                                    clock.instant());
                            confidential.keep(resident, said, person.telephone());
                            return known != null
                                    ? Uni.createFrom().item(resident.getId())
                                    : session.persist(resident).map(done -> resident.getId());
                        }))
                .call(id -> Grams.put(id));
    }

    /** The input of an approval. */
    record ApproveInput(GlobalId residentId, Optional<GlobalId> householdId) {}

    Uni<UUID> approve(Call call) {
        ApproveInput input = call.input(ApproveInput.class);
        UUID id = input.residentId().of("Resident");
        Actor actor = call.actor();
        return store.session(
                session -> decidable(session, id, actor).chain(resident -> known(session, resident.idNumberDigest())
                        .chain(known -> known == null
                                ? household(session, resident, input.householdId())
                                        .invoke(household ->
                                                resident.approve(household.getId(), actor.subject(), clock.instant()))
                                        .replaceWith(id)
                                : link(session, known, resident, actor))));
    }

    /** The approved record of the person with that ID number, held until the transaction ends; null where there is none. */
    Uni<@Nullable ResidentRecord> known(Mutiny.Session session, byte @Nullable [] digest) {
        return digest == null
                ? Uni.createFrom().nullItem()
                : session.createSelectionQuery(
                                "from ResidentRecord where idNumberDigest = :digest and state = APPROVED",
                                ResidentRecord.class)
                        .setParameter("digest", digest)
                        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                        .getSingleResultOrNull();
    }

    /** The person is in the register already: that record gets the login, and this registration has had its time. */
    private Uni<UUID> link(Mutiny.Session session, ResidentRecord known, ResidentRecord later, Actor actor) {
        if (known.getSubject() != null || later.getSubject() == null) {
            throw new ApiException(ResidentError.RESIDENT_RECORDED);
        }
        if (!actor.may(ResidentFeature.APPROVE, new DivisionCode(known.getDivisionCode()))) {
            throw new ApiException(ResidentError.RESIDENT_RECORDED_ELSEWHERE);
        }
        Recusal.require(actor, null, known.requireHousehold());
        String login = later.getSubject();
        later.mergeInto(known.getId(), actor.subject(), clock.instant());
        return session.flush() // a login belongs to one record at a time
                .invoke(() -> known.take(login, later))
                .call(() -> Grams.take(later.getId()))
                .map(done -> known.getId());
    }

    /** The household that is named, or proposed; a new one, with the resident as its head, where none is. */
    Uni<Household> household(Mutiny.Session session, ResidentRecord resident, Optional<GlobalId> given) {
        UUID id = given.map(named -> named.of("Household")).orElse(resident.getHouseholdId());
        if (id == null) {
            Household fresh = new Household(resident, clock.instant());
            return session.persist(fresh).replaceWith(fresh);
        }
        return session.find(Household.class, id).map(known -> {
            if (known == null || !known.getDivisionCode().equals(resident.getDivisionCode())) {
                throw ApiException.notFound("Household");
            }
            return known;
        });
    }

    /** The input of a refusal. */
    record RejectInput(GlobalId residentId, String reason) {}

    Uni<UUID> reject(Call call) {
        RejectInput input = call.input(RejectInput.class);
        String reason = Texts.check(input.reason(), 1, 200, "reason");
        UUID id = input.residentId().of("Resident");
        return store.session(session -> decidable(session, id, call.actor())
                .invoke(resident -> resident.reject(reason, call.actor().subject(), clock.instant()))
                .replaceWith(id));
    }

    /** A resident on whom the actor may decide; one whom the actor spoke for, or lives with, is not. */
    static Uni<ResidentRecord> decidable(Mutiny.Session session, UUID id, Actor actor) {
        return session.find(ResidentRecord.class, id).map(resident -> {
            if (resident == null || !ResidentFeature.mayRead(actor, resident)) {
                throw ApiException.notFound("Resident");
            }
            actor.require(ResidentFeature.APPROVE, new DivisionCode(resident.getDivisionCode()));
            UUID household = resident.getHouseholdId();
            if (household != null) {
                Recusal.require(actor, resident.getSubject(), household);
            }
            Recusal.require(actor, resident.getSubject());
            return resident;
        });
    }
}
