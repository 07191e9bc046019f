package io.lianhu.server.audit;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
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

/** The audit trail over GraphQL: the county's for its administrator, and to every resident what concerns her. */
@Singleton
class AuditFeature implements CoreFeature {

    private static final String READ = "audit:read";

    private static final String FROM =
            "select " + AuditRow.COLUMNS + " from lianhu_core.audit_entry e left join lianhu_core.audit_seal s"
                    + " on s.tenant_id = e.tenant_id and s.entry_id = e.id";

    private static final String ABOUT =
            "exists (select 1 from lianhu_core.audit_object o where o.tenant_id = e.tenant_id"
                    + " and o.object_id = %s and o.entry_id = e.id)";

    /** How far a replica's clock, which ids are made by, may be from the database's. */
    private static final Duration DRIFT = Duration.ofMinutes(10);

    @Override
    public String schema() {
        return "audit";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(READ, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("AuditEntry", this::load)
                .query("auditEntries", this::list)
                .query("viewerAuditEntries", this::ownList)
                .query("auditCheck", this::check)
                .field("AuditEntry", "roles", AuditFeature::roles)
                .field("AuditEntry", "objectIds", AuditFeature::objectIds)
                .batch("AuditEntry", "actorName", this::actorNames);
    }

    private static List<AuditRow> rows(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(AuditRow::of).toList();
    }

    private Uni<Map<UUID, AuditRow>> load(Set<UUID> ids, Call call) {
        boolean all = call.actor().may(READ);
        UUID own = call.actor().residentId().orElse(null);
        return Statements.CORE
                .run(
                        FROM + " where e.id = any ($1) and ($2 or " + ABOUT.formatted("$3") + ")",
                        ids.toArray(UUID[]::new),
                        all,
                        own)
                .map(found -> rows(found).stream().collect(Collectors.toMap(AuditRow::id, Function.identity())));
    }

    /** Conditions with their parameters. */
    private static final class Conditions {
        private final List<String> conditions = new ArrayList<>(List.of("true"));
        private final List<@Nullable Object> parameters = new ArrayList<>();

        Conditions and(String condition, Object parameter) {
            parameters.add(parameter);
            conditions.add(condition.formatted("$" + parameters.size()));
            return this;
        }

        Uni<RowSet<Row>> run(int limit) {
            parameters.add(limit);
            return Statements.CORE.run(
                    FROM + " where " + String.join(" and ", conditions) + " order by e.id desc limit $"
                            + parameters.size(),
                    parameters.toArray());
        }
    }

    private Uni<Connection<AuditRow>> list(Call call) {
        Conditions asked = new Conditions();
        call.argument("subject", String.class).ifPresent(value -> asked.and("e.subject = %s", value));
        call.argument("action", String.class).ifPresent(value -> asked.and("e.action = %s", value));
        call.argument("objectId", GlobalId.class).ifPresent(value -> asked.and(ABOUT, value.uuid()));
        call.argument("since", Instant.class).ifPresent(value -> asked.and("e.at >= %s", value.atOffset(ZoneOffset.UTC))
                .and("e.id >= %s", firstId(value.minus(DRIFT))));
        call.argument("until", Instant.class).ifPresent(value -> asked.and("e.at < %s", value.atOffset(ZoneOffset.UTC))
                .and("e.id < %s", firstId(value.plus(DRIFT))));
        return page(call, asked);
    }

    /** The least id that can be made at that time: rows are found by their ids, which tell it. */
    private static UUID firstId(Instant time) {
        return new UUID(Math.max(0, time.toEpochMilli()) << 16, 0);
    }

    private Uni<Connection<AuditRow>> ownList(Call call) {
        return page(
                call, new Conditions().and(ABOUT, call.actor().requireResident().id()));
    }

    private static Uni<Connection<AuditRow>> page(Call call, Conditions asked) {
        PageRequest page = call.page();
        page.after().ifPresent(after -> asked.and("e.id < %s", after));
        return asked.run(page.limit()).map(found -> Connection.of(rows(found), page, AuditRow::id));
    }

    private static Uni<List<String>> roles(Call call) {
        AuditRow row = call.source();
        return Uni.createFrom()
                .item(row.roles().isEmpty() ? List.of() : List.of(row.roles().split(",")));
    }

    private static Uni<List<String>> objectIds(Call call) {
        AuditRow row = call.source();
        return Uni.createFrom()
                .item(row.objects().stream()
                        .map(id -> new GlobalId(row.objectType(), id).encode())
                        .toList());
    }

    /** The name is the post's: whoever acts for the county does so under it. */
    private Uni<Map<AuditRow, String>> actorNames(List<AuditRow> sources, Call call) {
        return Statements.CORE
                .run(
                        "select distinct on (subject) subject, holder_name from lianhu_core.post where subject = any ($1)"
                                + " order by subject, since desc",
                        (Object) sources.stream()
                                .map(AuditRow::subject)
                                .distinct()
                                .toArray(String[]::new))
                .map(found -> {
                    Map<String, String> names = new HashMap<>();
                    found.forEach(row -> names.put(row.getString(0), row.getString(1)));
                    return sources.stream()
                            .filter(row -> names.containsKey(row.subject()))
                            .collect(Collectors.toMap(
                                    Function.identity(), row -> names.get(row.subject()), (one, same) -> one));
                });
    }

    private Uni<ChainCheck.Progress> check(Call call) {
        ChainCheck.Source source = new ChainCheck.Source() {
            @Override
            public Uni<RowSet<Row>> core(String sql, Object... parameters) {
                return Statements.CORE.run(sql, parameters);
            }

            @Override
            public Uni<RowSet<Row>> platform(String sql, Object... parameters) {
                return Statements.PLATFORM.run(sql, parameters);
            }
        };
        return new ChainCheck(Operation.current().tenant(), source)
                .next(call.argument("after", String.class))
                .onFailure(IllegalArgumentException.class)
                .transform(unknown -> ApiException.invalid("after"));
    }
}
