package io.lianhu.server.personaldata;

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
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Recusal;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What keeps a person's data from being erased: holds (依法封存) on the person, and for how long what is closed is kept (留存期限). */
@Singleton
class LegalHoldFeature implements CoreFeature {

    private static final String TYPE = "LegalHold";
    private static final String RULE = "RetentionRule";
    private static final String KEEP = "personal-data:keep";

    /** A hold is looked at again before that. */
    private static final int MOST_YEARS = 10;

    private static final int MOST_DAYS = 36_500;

    private static final String COLUMNS = "id, resident_id, reason, until, placed_at, released_at, release_reason";

    private final AuditTrail trail;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    LegalHoldFeature(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public String schema() {
        return "legalhold";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(KEEP, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node(TYPE, this::load)
                .node(RULE, this::rules)
                .query("legalHolds", this::list)
                .query("retentionRules", this::allRules)
                .field(TYPE, "residentId", LegalHoldFeature::residentId)
                .mutation("legalHoldPlace", this::place)
                .mutation("legalHoldRelease", this::release)
                .mutation("retentionRuleSet", this::set);
    }

    /** A hold, as it is shown. */
    public record LegalHold(
            UUID id,
            UUID resident,
            String reason,
            LocalDate until,
            Instant placedAt,
            @Nullable Instant releasedAt,
            @Nullable String releaseReason) {}

    private static List<LegalHold> holds(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new LegalHold(
                        row.getUUID("id"),
                        row.getUUID("resident_id"),
                        row.getString("reason"),
                        row.getLocalDate("until"),
                        row.getOffsetDateTime("placed_at").toInstant(),
                        Erasures.moment(row.getOffsetDateTime("released_at")),
                        row.getString("release_reason")))
                .toList();
    }

    private Uni<Map<UUID, LegalHold>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(KEEP)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run("select " + COLUMNS + " from lianhu_core.legal_hold where id = any ($1)", (Object)
                        ids.toArray(UUID[]::new))
                .map(rows -> holds(rows).stream().collect(Collectors.toMap(LegalHold::id, Function.identity())));
    }

    private Uni<Connection<LegalHold>> list(Call call) {
        PageRequest page = call.page();
        UUID resident = call.argument("residentId", GlobalId.class)
                .map(given -> given.of("Resident"))
                .orElse(null);
        return Statements.CORE
                .run(
                        "select " + COLUMNS
                                + " from lianhu_core.legal_hold where ($1::uuid is null or resident_id = $1)"
                                + " and ($2::uuid is null or id < $2) order by id desc limit $3",
                        resident,
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(holds(rows), page, LegalHold::id));
    }

    private static Uni<String> residentId(Call call) {
        return Uni.createFrom()
                .item(new GlobalId("Resident", call.<LegalHold>source().resident()).encode());
    }

    /** The input of a hold. */
    record PlaceInput(GlobalId residentId, String reason, LocalDate until) {}

    private Uni<UUID> place(Call call) {
        PlaceInput input = call.input(PlaceInput.class);
        String reason = Texts.check(input.reason(), 2, 200, "reason");
        LocalDate today = LocalDate.now(clock);
        if (input.until().isBefore(today) || input.until().isAfter(today.plusYears(MOST_YEARS))) {
            throw ApiException.invalid("until");
        }
        UUID id = Ids.next();
        UUID resident = input.residentId().of("Resident");
        // whoever is erasing at this moment finds the row changed, begins anew, and finds the hold
        return Erasures.again(resident)
                .chain(() -> Persons.hold(resident))
                .map(found -> Persons.known(found, call.actor()))
                .invoke(found -> call.actor().require(KEEP, found.home()))
                .chain(found -> Statements.CORE
                        .run(
                                "insert into lianhu_core.legal_hold (id, resident_id, reason, until, placed_by)"
                                        + " values ($1, $2, $3, $4, $5)",
                                id,
                                found.id(),
                                reason,
                                input.until(),
                                call.actor().subject())
                        .chain(() -> trail.write(AuditEntry.done("LegalHold.placed", "Resident", List.of(found.id()))
                                .because(reason))))
                .replaceWith(id);
    }

    /** The input of a release. */
    record ReleaseInput(GlobalId holdId, String reason) {}

    private Uni<UUID> release(Call call) {
        ReleaseInput input = call.input(ReleaseInput.class);
        String reason = Texts.check(input.reason(), 2, 200, "reason");
        UUID id = input.holdId().of(TYPE);
        return Statements.CORE
                .run(
                        "select h.resident_id, h.released_at is not null, r.subject from lianhu_core.legal_hold h"
                                + " join lianhu_core.resident r on r.tenant_id = h.tenant_id and r.id = h.resident_id"
                                + " where h.id = $1 for update of h",
                        id)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound(TYPE);
                    }
                    Row row = rows.iterator().next();
                    Recusal.require(call.actor(), row.getString(2));
                    if (row.getBoolean(1)) {
                        throw new ApiException(PersonalDataError.LEGAL_HOLD_RELEASED);
                    }
                    UUID resident = row.getUUID(0);
                    return Statements.CORE
                            .run(
                                    "update lianhu_core.legal_hold set released_by = $2, released_at = now(), release_reason = $3"
                                            + " where id = $1",
                                    id,
                                    call.actor().subject(),
                                    reason)
                            .chain(() -> Erasures.again(resident))
                            .chain(() ->
                                    trail.write(AuditEntry.done("LegalHold.released", "Resident", List.of(resident))
                                            .because(reason)));
                })
                .replaceWith(id);
    }

    /** A rule, as it is shown. */
    public record RetentionRule(UUID id, String kind, int days, String basis, Instant changedAt) {}

    private static Map<UUID, RetentionRule> rules(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new RetentionRule(
                        row.getUUID(0),
                        row.getString(1),
                        row.getInteger(2),
                        row.getString(3),
                        row.getOffsetDateTime(4).toInstant()))
                .collect(Collectors.toMap(RetentionRule::id, Function.identity()));
    }

    private Uni<Map<UUID, RetentionRule>> rules(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(
                        "select id, kind, days, basis, changed_at from lianhu_core.retention_rule where id = any ($1) and $2",
                        ids.toArray(UUID[]::new),
                        call.actor().may(KEEP))
                .map(LegalHoldFeature::rules);
    }

    private Uni<List<RetentionRule>> allRules(Call call) {
        return Statements.CORE
                .run("select id, kind, days, basis, changed_at from lianhu_core.retention_rule")
                .map(rows -> List.copyOf(rules(rows).values()));
    }

    /** What a rule may be about. */
    enum Kind {
        CASES
    }

    /** The input of a rule. */
    record SetInput(Kind kind, int days, String basis) {}

    private Uni<UUID> set(Call call) {
        SetInput input = call.input(SetInput.class);
        String basis = Texts.check(input.basis(), 2, 200, "basis");
        if (input.days() < 0 || input.days() > MOST_DAYS) {
            throw ApiException.invalid("days");
        }
        return Statements.CORE
                .run(
                        "insert into lianhu_core.retention_rule (id, kind, days, basis, changed_by) values ($1, $2, $3, $4, $5)"
                                + " on conflict (tenant_id, kind) do update set days = excluded.days, basis = excluded.basis,"
                                + " changed_by = excluded.changed_by, changed_at = now() returning id",
                        Ids.next(),
                        input.kind().name(),
                        input.days(),
                        basis,
                        call.actor().subject())
                .map(rows -> rows.iterator().next().getUUID(0))
                .call(() -> Erasures.again(null));
    }
}
