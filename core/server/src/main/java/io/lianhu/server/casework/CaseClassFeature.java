package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
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

/** What cases may be about, and what a county changes of it, over GraphQL. */
@Singleton
class CaseClassFeature implements CoreFeature {

    /** The row only where nobody has changed the class meanwhile. */
    private static final String SAVE =
            "insert into lianhu_core.case_class_change (id, class_code, version, name, enabled, verification,"
                    + " respond_amount, respond_unit, reply_amount, reply_unit, resolve_amount, resolve_unit,"
                    + " emergency_respond_amount, emergency_respond_unit, emergency_reply_amount, emergency_reply_unit,"
                    + " emergency_resolve_amount, emergency_resolve_unit,"
                    + " duplicate_radius, duplicate_days, changed_by, changed_by_name, changed_at)"
                    + " select $1, $2, $3 + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                    + " $18, $19, $20, $21, $22, $23"
                    + " where $3 = (select coalesce(max(version), 0) from lianhu_core.case_class_change where class_code = $2)"
                    + " on conflict (tenant_id, class_code, version) do nothing";

    private final CoreStore store;
    private final CaseClasses classes;
    private final Clock clock = Clock.systemUTC();

    CaseClassFeature(CoreStore store, CaseClasses classes) {
        this.store = store;
        this.classes = classes;
    }

    @Override
    public String schema() {
        return "caseclass";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(CaseClassChange.class);
    }

    @Override
    public void bind(GraphqlModule module) {
        module.query("caseClasses", this::all)
                .query("caseClassChanges", this::changes)
                .node("CaseClassChange", this::load)
                .field(
                        "CaseClass",
                        "name",
                        call -> said(call.<CaseClass>source().title(), call))
                .field(
                        "CaseClassGroup",
                        "name",
                        call -> said(call.<CaseClass.Group>source().title(), call))
                .batch("CaseClassChange", "caseClass", this::changedClasses)
                .batch("Case", "caseClass", this::caseClasses)
                .mutation("caseClassSave", this::save);
    }

    private static Uni<String> said(CaseClass.Text text, Call call) {
        return Uni.createFrom().item(text.in(call.locale()));
    }

    private Uni<List<CaseClass>> all(Call call) {
        boolean withDisabled = call.argument("withDisabled", Boolean.class).orElse(false);
        return classes.all().map(byCode -> byCode.values().stream()
                .filter(one -> withDisabled || one.enabled())
                .toList());
    }

    private Uni<Map<Case, CaseClass>> caseClasses(List<Case> cases, Call call) {
        return of(cases, Case::getClassCode);
    }

    private Uni<Map<CaseClassChange, CaseClass>> changedClasses(List<CaseClassChange> changes, Call call) {
        return of(changes, CaseClassChange::getClassCode);
    }

    private <T> Uni<Map<T, CaseClass>> of(List<T> sources, Function<T, String> code) {
        return classes.all().map(byCode -> {
            Map<T, CaseClass> found = new HashMap<>();
            sources.forEach(source -> found.put(source, CaseClasses.of(byCode, code.apply(source))));
            return found;
        });
    }

    private Uni<Map<UUID, CaseClassChange>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(CasePermissions.CONFIGURE)) {
            return Uni.createFrom().item(Map.of());
        }
        return store.session(session -> session.createSelectionQuery(
                                "from CaseClassChange where id in :ids", CaseClassChange.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream().collect(Collectors.toMap(CaseClassChange::getId, Function.identity())));
    }

    private Uni<Connection<CaseClassChange>> changes(Call call) {
        PageRequest page = call.page();
        String code = call.required("classCode", String.class);
        classes.requireKnown(code);
        String hql = "from CaseClassChange where classCode = :code"
                + (page.after().isPresent() ? " and id < :after" : "") + " order by id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<CaseClassChange> query = session.createSelectionQuery(
                                    hql, CaseClassChange.class)
                            .setParameter("code", code)
                            .setMaxResults(page.limit());
                    page.after().ifPresent(value -> query.setParameter("after", value));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, CaseClassChange::getId));
    }

    /** The input of a change. */
    record SaveInput(
            String classCode,
            int version,
            Optional<String> name,
            Optional<Boolean> enabled,
            Optional<Boolean> verification,
            Optional<Limit> respond,
            Optional<Limit> reply,
            Optional<Limit> resolve,
            Optional<Limit> emergencyRespond,
            Optional<Limit> emergencyReply,
            Optional<Limit> emergencyResolve,
            Optional<Integer> duplicateRadius,
            Optional<Integer> duplicateDays) {}

    private Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        String tenant = Operation.current().tenant();
        call.actor().require(CasePermissions.CONFIGURE, new DivisionCode(tenant));
        classes.requireKnown(input.classCode());
        String name =
                input.name().map(given -> Texts.check(given, 1, 30, "name")).orElse(null);
        Limit respond = checked(input.respond(), "respond");
        Limit reply = checked(input.reply(), "reply");
        Limit resolve = checked(input.resolve(), "resolve");
        Limit emergencyRespond = checked(input.emergencyRespond(), "emergencyRespond");
        Limit emergencyReply = checked(input.emergencyReply(), "emergencyReply");
        Limit emergencyResolve = checked(input.emergencyResolve(), "emergencyResolve");
        UUID id = Ids.next();
        return classes.lock()
                .chain(() -> Statements.CORE.run(
                        SAVE,
                        id,
                        input.classCode(),
                        input.version(),
                        name,
                        input.enabled().orElse(null),
                        input.verification().orElse(null),
                        amount(respond),
                        unit(respond),
                        amount(reply),
                        unit(reply),
                        amount(resolve),
                        unit(resolve),
                        amount(emergencyRespond),
                        unit(emergencyRespond),
                        amount(emergencyReply),
                        unit(emergencyReply),
                        amount(emergencyResolve),
                        unit(emergencyResolve),
                        within(input.duplicateRadius(), 5000, "duplicateRadius"),
                        within(input.duplicateDays(), 365, "duplicateDays"),
                        call.actor().subject(),
                        Person.current().name(),
                        clock.instant().atOffset(ZoneOffset.UTC)))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.conflict("CaseClass");
                    }
                })
                .chain(classes::changed)
                .replaceWith(id);
    }

    private static @Nullable Limit checked(Optional<Limit> limit, String field) {
        return limit.map(given -> given.checked(field)).orElse(null);
    }

    private static @Nullable Integer amount(@Nullable Limit limit) {
        return limit == null ? null : limit.amount();
    }

    private static @Nullable String unit(@Nullable Limit limit) {
        return limit == null ? null : limit.unit().name();
    }

    private static @Nullable Integer within(Optional<Integer> given, int most, String field) {
        given.filter(number -> number < 1 || number > most).ifPresent(number -> {
            throw ApiException.invalid(field);
        });
        return given.orElse(null);
    }
}
