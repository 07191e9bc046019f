package io.lianhu.server.emergency;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Emergency mode, over GraphQL. */
@Singleton
class EmergencyFeature implements CoreFeature {

    private static final String READ = "emergency:read";

    private final EmergencyMode mode;
    private final SwitchMode change;
    private final DivisionDirectory divisions;
    private final Signals signals;

    EmergencyFeature(EmergencyMode mode, SwitchMode change, DivisionDirectory divisions, Signals signals) {
        this.mode = mode;
        this.change = change;
        this.divisions = divisions;
        this.signals = signals;
    }

    @Override
    public String schema() {
        return "emergency";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(
                        READ,
                        Role.RESIDENT,
                        Role.GRID_WORKER,
                        Role.VILLAGE_CADRE,
                        Role.UNIT_OFFICER,
                        Role.TOWN_CENTRE,
                        Role.COUNTY_CENTRE,
                        Role.COUNTY_ADMINISTRATOR),
                Permission.of(SwitchMode.SWITCH, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Emergency", this::load)
                .node("DivisionMode", this::modes)
                .batch("Emergency", "history", this::history)
                .query("emergencyMode", this::modeAt)
                .query("emergencies", this::list)
                .mutation("emergencyDeclare", change::declare)
                .mutation("emergencyEnd", change::end);
    }

    @Override
    public Map<String, Subscription> subscriptions() {
        return Map.of("emergencyModeChanges", this::listen);
    }

    /** The mode of a division as the schema has it. */
    public record DivisionMode(UUID id, UUID divisionId, @Nullable Emergency emergency) {
        public boolean isEmergency() {
            return emergency != null;
        }
    }

    /** A step as the schema has it. */
    public record Step(String action, String reason, String actorName, Instant occurredAt) {}

    private Uni<DivisionMode> modeAt(Call call) {
        UUID division = call.id("divisionId", "Division");
        return modes(Set.of(division), call).map(found -> {
            DivisionMode there = found.get(division);
            if (there == null) {
                throw ApiException.notFound("Division");
            }
            return there;
        });
    }

    private Uni<Map<UUID, DivisionMode>> modes(Set<UUID> ids, Call call) {
        if (!call.actor().may(READ)) {
            return Uni.createFrom().item(Map.of());
        }
        return divisions.byIds(ids).chain(found -> mode.open().map(open -> {
            Map<UUID, DivisionMode> modes = new HashMap<>();
            found.forEach((id, division) -> modes.put(
                    id,
                    new DivisionMode(
                            id, id, EmergencyMode.nearest(open, division.code()).orElse(null))));
            return modes;
        }));
    }

    /** Listening begins before the present mode is read, so that no switch falls in between. */
    private Uni<Multi<UUID>> listen(Call call) {
        UUID id = call.id("divisionId", "Division");
        String topic = SwitchMode.topic(Operation.current().tenant());
        return divisions.byIds(Set.of(id)).map(found -> {
            Divisions.Division division = found.get(id);
            if (division == null) {
                throw ApiException.notFound("Division");
            }
            DivisionCode code = division.code();
            return Multi.createBy()
                    .merging()
                    .streams(
                            signals.stream(topic)
                                    .filter(at -> new DivisionCode(at).contains(code))
                                    .map(at -> id),
                            Multi.createFrom().item(id));
        });
    }

    private Uni<Map<UUID, Emergency>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(READ)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(Emergency.READ + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(EmergencyFeature::emergencies)
                .map(rows -> rows.stream().collect(Collectors.toMap(Emergency::id, Function.identity())));
    }

    private static List<Emergency> emergencies(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(Emergency::of)
                .toList();
    }

    private Uni<Connection<Emergency>> list(Call call) {
        PageRequest page = call.page();
        List<Object> parameters = new ArrayList<>(List.of(page.limit()));
        page.after().ifPresent(parameters::add);
        boolean open = call.argument("open", Boolean.class).orElse(false);
        return Statements.CORE
                .run(
                        Emergency.READ + " where " + (open ? "ended_at is null" : "true")
                                + (page.after().isPresent() ? " and id < $2" : "") + " order by id desc limit $1",
                        parameters.toArray())
                .map(rows -> Connection.of(emergencies(rows), page, Emergency::id));
    }

    /** Two steps for each at most. */
    private Uni<Map<Emergency, List<Step>>> history(List<Emergency> about, Call call) {
        return Statements.CORE
                .run(
                        "select emergency_id, action, reason, actor_name, occurred_at from lianhu_core.emergency_step"
                                + " where emergency_id = any ($1) order by id",
                        (Object) about.stream().map(Emergency::id).toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, List<Step>> steps = new HashMap<>();
                    for (Row row : rows) {
                        steps.computeIfAbsent(row.getUUID(0), first -> new ArrayList<>())
                                .add(new Step(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getOffsetDateTime(4).toInstant()));
                    }
                    return about.stream()
                            .collect(Collectors.toMap(
                                    Function.identity(), one -> steps.getOrDefault(one.id(), List.of())));
                });
    }
}
