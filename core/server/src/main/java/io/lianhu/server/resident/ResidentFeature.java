package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.SealedColumn;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.transfer.Transfers;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Residents, households and registration, over GraphQL. */
@Singleton
class ResidentFeature implements CoreFeature {

    static final String APPROVE = "residents:approve";
    static final String IMPORT = "residents:import";
    private static final String RECORD = "residents:record";
    private static final String EXPORT = "residents:export";

    private static final String PARTICULARS = Acquaintance.PARTICULARS;

    private final CoreStore store;
    private final ResidentDirectory directory;
    private final RegisterResident registration;
    private final RecordResident record;
    private final Confidential confidential;
    private final Transfers transfers;

    ResidentFeature(
            CoreStore store,
            ResidentDirectory directory,
            RegisterResident registration,
            RecordResident record,
            Confidential confidential,
            Transfers transfers) {
        this.store = store;
        this.directory = directory;
        this.registration = registration;
        this.record = record;
        this.confidential = confidential;
        this.transfers = transfers;
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
    public List<SealedColumn> sealedColumns() {
        return List.of(
                new SealedColumn("resident", "telephone", "telephone_digest"),
                new SealedColumn("resident", "id_number", null));
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
                Permission.of(PARTICULARS, Role.GRID_WORKER, Role.VILLAGE_CADRE),
                Permission.of(APPROVE, Role.GRID_WORKER, Role.VILLAGE_CADRE),
                Permission.of(RECORD, Role.RESIDENT, Role.GRID_WORKER, Role.VILLAGE_CADRE),
                Permission.of(IMPORT, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR),
                Permission.of(
                        EXPORT, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Resident", this::residents)
                .node("Household", this::households)
                .query("viewer", this::viewer)
                .query("residents", this::list)
                .field("Resident", "telephone", this::telephone)
                .field("Resident", "idNumber", this::idNumber)
                .batch("Household", "members", this::members)
                .mutation("residentRegister", registration::register)
                .mutation("residentApprove", registration::approve)
                .mutation("residentReject", registration::reject)
                .mutation("residentRecord", record::onBehalf)
                .mutation("residentUpdate", record::update)
                .mutation("residentExport", this::export);
    }

    private Uni<Map<UUID, ResidentRecord>> residents(Set<UUID> ids, Call call) {
        return directory.load(ids).map(rows -> rows.stream()
                .filter(row -> mayRead(call.actor(), row))
                .collect(Collectors.toMap(ResidentRecord::getId, Function.identity())));
    }

    static boolean mayRead(Actor actor, ResidentRecord row) {
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
                    Map<UUID, List<ResidentRecord>> grouped = rows.stream()
                            .filter(row -> mayRead(call.actor(), row)) // one of them may live elsewhere
                            .collect(Collectors.groupingBy(ResidentRecord::getHouseholdId));
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
        ResidentSearch search = call.argument("search", ResidentSearch.class).orElseGet(ResidentSearch::all);
        return directory
                .find(
                        search,
                        call.actor().scopes(Acquaintance.READ),
                        call.argument("state", ResidentState.class),
                        page.limit(),
                        page.after())
                .map(rows -> Connection.of(rows, page, ResidentRecord::getId));
    }

    /** The input of an export. */
    record ExportInput(ResidentSearch search) {}

    private Uni<UUID> export(Call call) {
        ResidentSearch search = call.input(ExportInput.class).search();
        List<DivisionCode> scopes = call.actor().scopes(EXPORT);
        if (search.telephone().isPresent() || search.idNumber().isPresent()) {
            throw ApiException.invalid(
                    "search"); // numbers are not kept with what was asked for; they find one person at most
        }
        directory.requireSound(search, scopes);
        return transfers.export(
                ExportResidents.NAME,
                call.actor(),
                scopes,
                ExportResidents.request(search, call.actor().scopes(PARTICULARS)));
    }

    private Uni<Optional<String>> telephone(Call call) {
        return Uni.createFrom().item(confidential.maskedTelephone(call.source()));
    }

    private Uni<Optional<String>> idNumber(Call call) {
        return Uni.createFrom().item(confidential.maskedIdNumber(call.source()));
    }
}
