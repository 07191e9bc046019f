package io.lianhu.server.escalation;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.server.casework.Case;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Escalations, the board and what is answered, over GraphQL. */
@Singleton
class EscalationFeature implements CoreFeature {

    /** Of a case, the latest: three stages and three levels of some rounds. */
    private static final int MOST = 36;

    private static final String ACKNOWLEDGE =
            "insert into lianhu_core.escalation_reply (escalation_id, subject, note, replied_at)"
                    + " select escalation_id, subject, $3, now() from lianhu_core.escalation_receiver where escalation_id = $1 and subject = $2"
                    + " on conflict (tenant_id, escalation_id, subject) do nothing";

    private final CoreStore store;
    private final CaseBoard board;
    private final ChangeRules rules;

    EscalationFeature(CoreStore store, CaseBoard board, ChangeRules rules) {
        this.store = store;
        this.board = board;
        this.rules = rules;
    }

    @Override
    public String schema() {
        return "escalation";
    }

    @Override
    public List<Permission> permissions() {
        return EscalationPermissions.ALL;
    }

    @Override
    public void bind(GraphqlModule module) {
        module.query("caseBoard", board::list)
                .query("escalationFailures", this::failures)
                .query("escalationRules", call -> rules.all())
                .batch("Case", "escalations", this::ofCases)
                .batch("Case", "escalationFailure", this::failuresOf)
                .node("CaseEscalation", this::load)
                .field("CaseEscalation", "reason", call -> Uni.createFrom()
                        .item(call.<EscalationView>source().reason(call.locale())))
                .node("EscalationRule", rules::load)
                .mutation("escalationAcknowledge", this::acknowledge)
                .mutation("escalationRuleSave", rules::save);
    }

    private static boolean mayRead(Actor actor, DivisionCode place) {
        return actor.may(EscalationPermissions.READ, place);
    }

    private static List<UUID> readable(List<Case> cases, Call call) {
        return cases.stream()
                .filter(one -> mayRead(call.actor(), new DivisionCode(one.getDivisionCode())))
                .map(Case::getId)
                .toList();
    }

    private Uni<Map<UUID, EscalationView>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(EscalationView.SELECT + " where e.id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(EscalationView::of)
                        .filter(one -> mayRead(call.actor(), one.place()))
                        .collect(Collectors.toMap(EscalationView::id, Function.identity())));
    }

    /** For those who stand over the case; others see none. */
    private Uni<Map<Case, List<EscalationView>>> ofCases(List<Case> cases, Call call) {
        return Statements.CORE
                .run(
                        EscalationView.SELECT
                                + " join (select id, row_number() over (partition by case_id order by id desc) as place"
                                + " from lianhu_core.case_escalation where case_id = any ($1)) ranked on ranked.id = e.id"
                                + " where e.case_id = any ($1) and ranked.place <= " + MOST + " order by e.id",
                        (Object) readable(cases, call).toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, List<EscalationView>> byCase = new HashMap<>();
                    for (Row row : rows) {
                        EscalationView one = EscalationView.of(row);
                        byCase.computeIfAbsent(one.caseId(), first -> new ArrayList<>())
                                .add(one);
                    }
                    Map<Case, List<EscalationView>> result = new HashMap<>();
                    cases.forEach(one -> result.put(one, byCase.getOrDefault(one.getId(), List.of())));
                    return result;
                });
    }

    private Uni<Map<Case, String>> failuresOf(List<Case> cases, Call call) {
        return Statements.CORE
                .run(
                        "select case_id, failure from lianhu_core.case_watch where case_id = any ($1) and attempts > 0",
                        (Object) readable(cases, call).toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, String> byCase = new HashMap<>();
                    rows.forEach(row -> byCase.put(row.getUUID(0), String.valueOf(row.getString(1))));
                    Map<Case, String> result = new HashMap<>();
                    cases.forEach(one -> Optional.ofNullable(byCase.get(one.getId()))
                            .ifPresent(failure -> result.put(one, failure)));
                    return result;
                });
    }

    private Uni<Connection<Case>> failures(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        "select case_id from lianhu_core.case_watch where attempts > 0 and ($1::uuid is null or case_id < $1)"
                                + " order by case_id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toList())
                .chain(ids -> ids.isEmpty()
                        ? Uni.createFrom().item(List.<Case>of())
                        : store.session(session -> session.createSelectionQuery(
                                        "from Case where id in :ids order by id desc", Case.class)
                                .setParameter("ids", ids)
                                .getResultList()))
                .map(rows -> Connection.of(rows, page, Case::getId));
    }

    /** The input of an answer. */
    record AcknowledgeInput(GlobalId escalationId, String note) {}

    /** Answers an escalation (督办回复), each receiver once. */
    private Uni<UUID> acknowledge(Call call) {
        AcknowledgeInput input = call.input(AcknowledgeInput.class);
        UUID id = input.escalationId().of("CaseEscalation");
        String note = Texts.check(input.note(), 2, 500, "note");
        String me = call.actor().subject();
        return load(Set.of(id), call).chain(found -> {
            EscalationView about = found.get(id);
            if (about == null) {
                throw ApiException.notFound("CaseEscalation");
            }
            if (about.receivers().stream().noneMatch(one -> one.subject().equals(me))) {
                throw ApiException.forbidden(EscalationPermissions.ACKNOWLEDGE);
            }
            return Statements.CORE.run(ACKNOWLEDGE, id, me, note).map(rows -> {
                if (rows.rowCount() == 0) {
                    throw new ApiException(EscalationError.ESCALATION_ACKNOWLEDGED);
                }
                return id;
            });
        });
    }
}
