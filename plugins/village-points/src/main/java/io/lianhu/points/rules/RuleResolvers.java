package io.lianhu.points.rules;

import io.lianhu.points.Pages;
import io.lianhu.points.PointsError;
import io.lianhu.points.PointsPermissions;
import io.lianhu.points.Texts;
import io.lianhu.points.Villages;
import io.lianhu.points.ledger.Award;
import io.lianhu.points.ledger.Cap;
import io.lianhu.points.ledger.Ledger;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Residents;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The rules' fields, and awarding by hand. */
public final class RuleResolvers {

    private static final String TYPE = "PointsRule";

    private final Database database;
    private final Residents residents;
    private final Villages villages;
    private final Clock clock;
    private final Ledger ledger;

    public RuleResolvers(PluginContext context, Ledger ledger) {
        this.database = context.database();
        this.residents = context.residents();
        this.villages = new Villages(context.divisions());
        this.clock = context.clock();
        this.ledger = ledger;
    }

    /** {@code PointsRuleSaveInput}. */
    public record RuleInput(
            @Nullable GlobalId id,
            @Nullable GlobalId villageId,
            String name,
            RuleTrigger trigger,
            @Nullable String caseClass,
            int points,
            @Nullable Integer dailyCap,
            @Nullable Integer monthlyCap,
            @Nullable OwnerKind accountKind,
            @Nullable LocalDate validFrom,
            @Nullable LocalDate validUntil,
            @Nullable Integer version) {

        RuleTerms terms() {
            return new RuleTerms(
                    name,
                    trigger,
                    caseClass,
                    points,
                    new Cap(dailyCap, monthlyCap),
                    Objects.requireNonNullElse(accountKind, OwnerKind.HOUSEHOLD),
                    validFrom,
                    validUntil);
        }
    }

    /** {@code PointsRuleRetireInput}. */
    public record RetireInput(GlobalId ruleId) {}

    /** {@code PointsAwardInput}. */
    public record AwardInput(
            GlobalId residentId,
            @Nullable GlobalId ruleId,
            @Nullable Integer points,
            @Nullable OwnerKind accountKind,
            String reason) {}

    /** Binds them. */
    public void bind(GraphqlModule module) {
        module.query("pointsRules", this::rules)
                .mutation("pointsRuleSave", this::save)
                .mutation("pointsRuleRetire", this::retire)
                .mutation("pointsAward", this::award)
                .node(TYPE, this::load);
    }

    private Uni<Connection<Rule>> rules(Call call) {
        PageRequest page = call.page();
        return villages.of(call).chain(village -> {
            Villages.requireVisible(call.actor(), PointsPermissions.READ, village);
            return database.session(session -> session.createSelectionQuery(
                                    "from Rule r where r.village = :village and r.id < :before order by r.id desc",
                                    Rule.class)
                            .setParameter("village", village.value())
                            .setParameter("before", Pages.before(page))
                            .setMaxResults(page.limit())
                            .getResultList())
                    .map(rows -> Connection.of(rows, page, Rule::getId));
        });
    }

    private Uni<Map<UUID, Rule>> load(Set<UUID> ids, Call call) {
        return database.session(session -> session.createSelectionQuery("from Rule r where r.id in :ids", Rule.class)
                        .setParameter("ids", ids)
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(rule -> Villages.visible(call.actor(), PointsPermissions.READ, rule.village()))
                        .collect(Collectors.toMap(Rule::getId, Function.identity())));
    }

    private Uni<UUID> save(Call call) {
        RuleInput input = call.input(RuleInput.class);
        RuleTerms terms = input.terms();
        GlobalId id = input.id();
        return id == null ? make(call, input, terms) : change(call, id.of(TYPE), input.version(), terms);
    }

    private Uni<UUID> make(Call call, RuleInput input, RuleTerms terms) {
        GlobalId village = input.villageId();
        if (village == null) {
            throw ApiException.invalid("villageId");
        }
        return villages.of(village.of("Division")).chain(code -> {
            call.actor().require(PointsPermissions.MANAGE, code);
            Rule rule = new Rule(code, terms, call.actor().subject(), clock.instant());
            return database.session(session -> session.persist(rule).map(persisted -> rule.getId()));
        });
    }

    private Uni<UUID> change(Call call, UUID id, @Nullable Integer read, RuleTerms terms) {
        return database.session(session -> inUse(session, call, id)
                .chain(rule -> {
                    if (read != null && read != rule.getVersion()) {
                        throw ApiException.conflict(TYPE);
                    }
                    return session.persist(rule.change(terms, call.actor().subject(), clock.instant()));
                })
                .replaceWith(id));
    }

    private Uni<UUID> retire(Call call) {
        UUID id = call.input(RetireInput.class).ruleId().of(TYPE);
        return database.session(session -> inUse(session, call, id)
                .chain(rule -> session.persist(rule.retire(call.actor().subject(), clock.instant())))
                .replaceWith(id));
    }

    /** The rule, locked and not retired, if the caller may change it. */
    private static Uni<Rule> inUse(Mutiny.Session session, Call call, UUID id) {
        return session.find(Rule.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> ApiException.notFound(TYPE))
                .invoke(rule -> {
                    if (!Villages.visible(call.actor(), PointsPermissions.READ, rule.village())) {
                        throw ApiException.notFound(TYPE);
                    }
                    call.actor().require(PointsPermissions.MANAGE, rule.village());
                    if (!rule.isActive()) {
                        throw new ApiException(PointsError.POINTS_RULE_RETIRED);
                    }
                });
    }

    private Uni<UUID> award(Call call) {
        AwardInput input = call.input(AwardInput.class);
        Integer points = input.points();
        if ((input.ruleId() == null) == (points == null)) {
            throw ApiException.invalid("points");
        }
        if (input.ruleId() != null && input.accountKind() != null) {
            throw ApiException.invalid("accountKind");
        }
        if (points != null) {
            RuleTerms.requirePoints(points);
        }
        String reason = Texts.bounded("reason", input.reason(), 200);
        UUID residentId = input.residentId().of("Resident");
        return residents.byIds(Set.of(residentId)).chain(found -> {
            Resident resident = found.get(residentId);
            // Who may not award in the resident's village is not told that there is such a resident.
            if (resident == null || !call.actor().may(PointsPermissions.AWARD, resident.division())) {
                throw ApiException.notFound("Resident");
            }
            if (ofOneHousehold(call.actor(), resident)) {
                throw new ApiException(PointsError.POINTS_AWARD_OWN);
            }
            return database.session(session -> award(session, call, input, resident, reason)
                    .chain(award -> ledger.award(session, award).map(posted -> {
                        if (posted == 0) {
                            throw new ApiException(PointsError.POINTS_RULE_CAP_REACHED);
                        }
                        return award.id();
                    })));
        });
    }

    private static boolean ofOneHousehold(Actor actor, Resident other) {
        return actor.resident()
                .map(one -> one.household().equals(other.household()))
                .orElse(false);
    }

    private Uni<Award> award(Mutiny.Session session, Call call, AwardInput input, Resident resident, String reason) {
        DivisionCode village = resident.division().village();
        String by = call.actor().subject();
        Instant now = clock.instant();
        GlobalId ruleId = input.ruleId();
        if (ruleId == null) {
            OwnerKind account = Objects.requireNonNullElse(input.accountKind(), OwnerKind.HOUSEHOLD);
            int points = Objects.requireNonNull(input.points());
            return Uni.createFrom()
                    .item(new Award(
                            UUID.randomUUID(),
                            village,
                            resident,
                            account,
                            points,
                            null,
                            Cap.NONE,
                            null,
                            reason,
                            by,
                            now));
        }
        return session.find(Rule.class, ruleId.of(TYPE)).map(rule -> {
            if (rule == null || !rule.village().equals(village)) {
                throw ApiException.notFound(TYPE);
            }
            if (rule.getTrigger() != RuleTrigger.MANUAL) {
                throw ApiException.invalid("ruleId"); // a case's points come of the case alone, and fill its cap alone
            }
            if (!rule.inForce(LocalDate.ofInstant(now, clock.getZone()))) {
                throw new ApiException(PointsError.POINTS_RULE_NOT_IN_FORCE);
            }
            RuleTerms terms = rule.terms();
            return new Award(
                    UUID.randomUUID(),
                    village,
                    resident,
                    terms.account(),
                    terms.points(),
                    rule.getId(),
                    terms.cap(),
                    null,
                    terms.name() + "：" + reason,
                    by,
                    now);
        });
    }
}
