package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Scope;
import io.lianhu.server.post.Recusal;
import io.lianhu.server.tenant.TenantRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Residents, households and registration, over GraphQL. */
@Singleton
class ResidentFeature implements CoreFeature {

    private static final String APPROVE = "residents:approve";

    private final CoreStore store;
    private final ResidentDirectory directory;
    private final DivisionDirectory divisions;
    private final Organizations organizations;
    private final TenantRegistry tenants;
    private final Vault vault;
    private final Clock clock = Clock.systemUTC();

    ResidentFeature(
            CoreStore store,
            ResidentDirectory directory,
            DivisionDirectory divisions,
            Organizations organizations,
            TenantRegistry tenants,
            Vault vault) {
        this.store = store;
        this.directory = directory;
        this.divisions = divisions;
        this.organizations = organizations;
        this.tenants = tenants;
        this.vault = vault;
    }

    @Override
    public String schema() {
        return "resident";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(ResidentRecord.class, Household.class);
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(
                        Acquaintance.READ,
                        Role.GRID_WORKER,
                        Role.VILLAGE_CADRE,
                        Role.TOWN_CENTRE,
                        Role.COUNTY_CENTRE,
                        Role.COUNTY_ADMINISTRATOR),
                Permission.of(APPROVE, Role.GRID_WORKER, Role.VILLAGE_CADRE));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Resident", this::residents)
                .node("Household", this::households)
                .query("viewer", this::viewer)
                .query("residents", this::list)
                .field("Resident", "telephone", this::telephone)
                .batch("Household", "members", this::members)
                .mutation("residentRegister", this::register)
                .mutation("residentApprove", this::approve)
                .mutation("residentReject", this::reject);
    }

    private Uni<Map<UUID, ResidentRecord>> residents(Set<UUID> ids, Call call) {
        return directory.load(ids).map(rows -> rows.stream()
                .filter(row -> mayRead(call.actor(), row))
                .collect(Collectors.toMap(ResidentRecord::getId, Function.identity())));
    }

    private static boolean mayRead(Actor actor, ResidentRecord row) {
        return Acquaintance.mayKnow(
                actor, row.getSubject(), row.getHouseholdId(), new DivisionCode(row.getDivisionCode()));
    }

    private Uni<Map<UUID, Household>> households(Set<UUID> ids, Call call) {
        Actor actor = call.actor();
        return directory.households(ids).map(rows -> rows.stream()
                .filter(row -> Acquaintance.mayKnow(actor, null, row.getId(), new DivisionCode(row.getDivisionCode())))
                .collect(Collectors.toMap(Household::getId, Function.identity())));
    }

    private Uni<Map<Household, List<ResidentRecord>>> members(List<Household> sources, Call call) {
        Map<UUID, Household> byId = sources.stream()
                .collect(Collectors.toMap(Household::getId, Function.identity(), (first, second) -> first));
        return store.session(session -> session.createSelectionQuery(
                                "from ResidentRecord where householdId in :ids and state = APPROVED order by id",
                                ResidentRecord.class)
                        .setParameter("ids", List.copyOf(byId.keySet()))
                        .getResultList())
                .map(rows -> {
                    Map<UUID, List<ResidentRecord>> grouped =
                            rows.stream().collect(Collectors.groupingBy(ResidentRecord::getHouseholdId));
                    Map<Household, List<ResidentRecord>> result = new HashMap<>();
                    sources.forEach(one -> result.put(one, grouped.getOrDefault(one.getId(), List.of())));
                    return result;
                });
    }

    /** You, as the schema has it. */
    public record Viewer(@Nullable UUID residentId, String subject) {}

    private Uni<Viewer> viewer(Call call) {
        String subject = call.actor().subject();
        return store.session(session -> session.createSelectionQuery(
                                "select id from ResidentRecord where subject = :subject", UUID.class)
                        .setParameter("subject", subject)
                        .getSingleResultOrNull())
                .map(id -> new Viewer(id, subject));
    }

    private Uni<Connection<ResidentRecord>> list(Call call) {
        PageRequest page = call.page();
        Optional<ResidentState> state = call.argument("state", ResidentState.class);
        Scope scope = Scope.of(call.actor().scopes(Acquaintance.READ), "r.divisionCode");
        String hql = "from ResidentRecord r where " + scope.condition()
                + (state.isPresent() ? " and r.state = :state" : "")
                + (page.after().isPresent() ? " and r.id < :after" : "")
                + " order by r.id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<ResidentRecord> query = session.createSelectionQuery(
                                    hql, ResidentRecord.class)
                            .setMaxResults(page.limit());
                    scope.bind(query);
                    state.ifPresent(value -> query.setParameter("state", value));
                    page.after().ifPresent(value -> query.setParameter("after", value));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, ResidentRecord::getId));
    }

    private Uni<Optional<String>> telephone(Call call) {
        ResidentRecord resident = call.source();
        String tenant = Operation.current().tenant();
        return Uni.createFrom()
                .item(Optional.ofNullable(resident.sealedTelephone())
                        .map(envelope -> mask(vault.open(tenant, envelope))));
    }

    private static String mask(String telephone) {
        int length = telephone.length();
        return length < 8 ? "****" : telephone.substring(0, 3) + "****" + telephone.substring(length - 4);
    }

    /** The input of a registration. */
    record RegisterInput(String name, GlobalId divisionId, String address, String noticeVersion) {}

    private Uni<UUID> register(Call call) {
        RegisterInput given = call.input(RegisterInput.class);
        String tenant = Operation.current().tenant();
        RegisterInput input = new RegisterInput(
                Texts.check(given.name(), 1, 40, "name"),
                given.divisionId(),
                Texts.check(given.address(), 1, 120, "address"),
                agreed(tenant, given.noticeVersion()));
        Person person = Person.current();
        return divisions
                .require(input.divisionId().of("Division"))
                .chain(home -> save(input, home, person, tenant))
                // last, so that a failure leaves no record; a member without a record is nobody here
                .call(() -> organizations.addMember(tenant, person.subject()));
    }

    /** Consent is to what is in force: who was shown an older notice has to see the new one first. */
    private String agreed(String tenant, String version) {
        return tenants.byCode(tenant)
                .map(county -> county.manifest().noticeVersion())
                .filter(version::equals)
                .orElseThrow(() -> ApiException.invalid("noticeVersion"));
    }

    private Uni<UUID> save(RegisterInput input, Divisions.Division home, Person person, String tenant) {
        if (home.code().value().length() < 15) {
            throw new ApiException(ResidentError.RESIDENT_HOME_DIVISION);
        }
        return store.session(session -> session.createSelectionQuery(
                        "from ResidentRecord where subject = :subject", ResidentRecord.class)
                .setParameter("subject", person.subject())
                .getSingleResultOrNull()
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
                    person.telephone()
                            .ifPresent(number ->
                                    resident.keepTelephone(vault.seal(tenant, number), vault.digest(tenant, number)));
                    return known != null
                            ? Uni.createFrom().item(resident.getId())
                            : session.persist(resident).map(done -> resident.getId());
                }));
    }

    /** The input of an approval. */
    record ApproveInput(GlobalId residentId, Optional<GlobalId> householdId) {}

    private Uni<UUID> approve(Call call) {
        ApproveInput input = call.input(ApproveInput.class);
        UUID id = input.residentId().of("Resident");
        return store.session(session -> decidable(session, id, call.actor())
                .chain(resident -> household(session, resident, input.householdId())
                        .invoke(household ->
                                resident.approve(household.getId(), call.actor().subject(), clock.instant())))
                .replaceWith(id));
    }

    private Uni<Household> household(Mutiny.Session session, ResidentRecord resident, Optional<GlobalId> given) {
        if (given.isEmpty()) {
            Household fresh = new Household(resident, clock.instant());
            return session.persist(fresh).replaceWith(fresh);
        }
        return session.find(Household.class, given.get().of("Household")).map(known -> {
            if (known == null || !known.getDivisionCode().equals(resident.getDivisionCode())) {
                throw ApiException.notFound("Household");
            }
            return known;
        });
    }

    /** The input of a refusal. */
    record RejectInput(GlobalId residentId, String reason) {}

    private Uni<UUID> reject(Call call) {
        RejectInput input = call.input(RejectInput.class);
        String reason = Texts.check(input.reason(), 1, 200, "reason");
        UUID id = input.residentId().of("Resident");
        return store.session(session -> decidable(session, id, call.actor())
                .invoke(resident -> resident.reject(reason, call.actor().subject(), clock.instant()))
                .replaceWith(id));
    }

    private static Uni<ResidentRecord> decidable(Mutiny.Session session, UUID id, Actor actor) {
        return session.find(ResidentRecord.class, id).map(resident -> {
            if (resident == null || !mayRead(actor, resident)) {
                throw ApiException.notFound("Resident");
            }
            actor.require(APPROVE, new DivisionCode(resident.getDivisionCode()));
            Recusal.require(actor, resident.getSubject());
            return resident;
        });
    }
}
