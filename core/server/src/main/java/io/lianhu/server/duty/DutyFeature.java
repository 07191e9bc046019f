package io.lianhu.server.duty;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Rosters of units (值班表), over GraphQL. */
@Singleton
class DutyFeature implements CoreFeature {

    private static final String READ = "duty:read";
    private static final String MANAGE = "duty:manage";

    /** Shifts of a unit that are not over. */
    private static final int MOST = 1_000;

    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration FARTHEST = Duration.ofDays(366);

    /** One change of a unit's roster at a time, so that two at once do not both find room. */
    private static final String UNIT =
            "select u.id, u.division_code from lianhu_core.post p join lianhu_core.org_unit u on u.tenant_id = p.tenant_id"
                    + " and u.id = p.unit_id where p.id = $1 and not p.closed and (p.until is null or p.until > now())"
                    + " for no key update of u";

    private static final String ADD =
            "insert into lianhu_core.duty_shift (id, unit_id, post_id, since, until, made_by, made_at)"
                    + " select $1, $2, $3, $4, $5, $6, now() where (select count(*) from lianhu_core.duty_shift"
                    + " where unit_id = $2 and removed_at is null and until > now()) < " + MOST;

    private final Units units;
    private final Clock clock = Clock.systemUTC();

    DutyFeature(Units units) {
        this.units = units;
    }

    @Override
    public String schema() {
        return "duty";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(
                        READ,
                        Role.GRID_WORKER,
                        Role.VILLAGE_CADRE,
                        Role.UNIT_OFFICER,
                        Role.TOWN_CENTRE,
                        Role.COUNTY_CENTRE,
                        Role.COUNTY_ADMINISTRATOR),
                Permission.of(MANAGE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("DutyShift", this::load)
                .query("dutyShifts", this::list)
                .mutation("dutyShiftAdd", this::add)
                .mutation("dutyShiftRemove", this::remove);
    }

    private Uni<Map<UUID, DutyShift>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(READ)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(DutyShift.READ + " where d.id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> shifts(rows).stream().collect(Collectors.toMap(DutyShift::id, Function.identity())));
    }

    private static List<DutyShift> shifts(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(DutyShift::of)
                .toList();
    }

    private Uni<Connection<DutyShift>> list(Call call) {
        PageRequest page = call.page();
        UUID unit = call.id("unitId", "OrgUnit");
        List<Object> parameters = new ArrayList<>(List.of(page.limit(), unit));
        page.after().ifPresent(parameters::add);
        boolean past = call.argument("includePast", Boolean.class).orElse(false);
        String sql = DutyShift.READ + " where d.unit_id = $2"
                + (past ? "" : " and d.removed_at is null and d.until > now()")
                + (page.after().isPresent() ? " and d.id < $3" : "") + " order by d.id desc limit $1";
        return units.byIds(Set.of(unit))
                .invoke(found -> {
                    if (found.isEmpty()) {
                        throw ApiException.notFound("OrgUnit");
                    }
                })
                .chain(() -> Statements.CORE.run(sql, parameters.toArray()))
                .map(rows -> Connection.of(shifts(rows), page, DutyShift::id));
    }

    /** The input of a shift. */
    record AddInput(GlobalId postId, Optional<Instant> since, Instant until) {}

    private Uni<UUID> add(Call call) {
        AddInput input = call.input(AddInput.class);
        Instant now = clock.instant();
        Instant since = input.since().orElse(now);
        if (since.isBefore(now.minus(LONGEST)) || since.isAfter(now.plus(FARTHEST))) {
            throw ApiException.invalid("since");
        }
        if (!input.until().isAfter(since)
                || !input.until().isAfter(now)
                || input.until().isAfter(since.plus(LONGEST))) {
            throw ApiException.invalid("until");
        }
        UUID post = input.postId().of("Post");
        UUID id = Ids.next();
        return Statements.CORE
                .run(UNIT, post)
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Post");
                    }
                    Row unit = rows.iterator().next();
                    call.actor().require(MANAGE, new DivisionCode(unit.getString(1)));
                    return unit.getUUID(0);
                })
                .chain(unit -> Statements.CORE.run(
                        ADD,
                        id,
                        unit,
                        post,
                        since.atOffset(ZoneOffset.UTC),
                        input.until().atOffset(ZoneOffset.UTC),
                        call.actor().subject()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(DutyError.DUTY_ROSTER_FULL, Map.of("most", MOST));
                    }
                    return id;
                });
    }

    /** The input of a shift's removal. */
    record RemoveInput(GlobalId shiftId) {}

    private Uni<UUID> remove(Call call) {
        UUID id = call.input(RemoveInput.class).shiftId().of("DutyShift");
        return Statements.CORE
                .run(
                        "select u.division_code from lianhu_core.duty_shift d join lianhu_core.org_unit u"
                                + " on u.tenant_id = d.tenant_id and u.id = d.unit_id where d.id = $1",
                        id)
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("DutyShift");
                    }
                    call.actor()
                            .require(
                                    MANAGE,
                                    new DivisionCode(rows.iterator().next().getString(0)));
                })
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.duty_shift set removed_at = now(), removed_by = $2"
                                + " where id = $1 and removed_at is null",
                        id,
                        call.actor().subject()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.conflict("DutyShift");
                    }
                    return id;
                });
    }
}
