package io.lianhu.server.tenant;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes counties on. Applying is declarative and may be repeated: what is there already stays, what is missing is added, and a county
 * is served only once both PostgreSQL and Keycloak hold it, so that a crash in the middle leaves it {@code PROVISIONING} for the next
 * run to complete.
 */
@Singleton
public class Onboarding {

    private static final Logger LOG = LoggerFactory.getLogger(Onboarding.class);

    /** Counties at work at a time: enough to keep PostgreSQL and Keycloak busy, few enough to leave connections for requests. */
    private static final int CONCURRENCY = 6;

    private final Operations operations;
    private final Organizations organizations;
    private final TenantRegistry registry;
    private final Signals signals;

    Onboarding(Operations operations, Organizations organizations, TenantRegistry registry, Signals signals) {
        this.operations = operations;
        this.organizations = organizations;
        this.registry = registry;
        this.signals = signals;
    }

    /**
     * How a run over a folder ended.
     *
     * @param faults by folder name, what kept a county from being applied
     */
    public record Outcome(int applied, int unchanged, int divisions, Map<String, String> faults, Duration took) {}

    /** Applies every county of a folder; one that is faulty keeps no other from being applied. Blocks while it reads the files. */
    public Uni<Outcome> applyAll(Path folder) {
        long began = System.nanoTime();
        List<Path> counties = folders(folder);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger applied = new AtomicInteger();
        AtomicInteger divisions = new AtomicInteger();
        Map<String, String> faults = new ConcurrentSkipListMap<>();
        return Multi.createFrom()
                .iterable(counties)
                .onItem()
                .transformToUni(path -> Uni.createFrom()
                        .item(() -> County.read(path))
                        .chain(county -> take(county).invoke(changed -> {
                            if (changed) {
                                applied.incrementAndGet();
                                divisions.addAndGet(county.divisions().size());
                            }
                        }))
                        .onFailure()
                        .recoverWithItem(failure -> {
                            LOG.warn("{} was not applied: {}", path.getFileName(), failure.getMessage());
                            faults.put(path.getFileName().toString(), String.valueOf(failure.getMessage()));
                            return false;
                        })
                        .invoke(() -> progress(done.incrementAndGet(), counties.size())))
                .merge(CONCURRENCY)
                .collect()
                .asList()
                .chain(ignored -> applied.get() == 0
                        ? Uni.createFrom().voidItem()
                        : announce(folder.getFileName().toString()))
                .map(ignored -> new Outcome(
                        applied.get(),
                        counties.size() - applied.get() - faults.size(),
                        divisions.get(),
                        Map.copyOf(faults),
                        Duration.ofNanos(System.nanoTime() - began)));
    }

    private static void progress(int done, int all) {
        if (done % 20 == 0 || done == all) {
            LOG.info("Counties: {} of {}", done, all);
        }
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.exists(entry.resolve("tenant.yaml")))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Applies one county.
     *
     * @return whether anything had to be done
     */
    public Uni<Boolean> apply(County county) {
        String code = county.manifest().code();
        return take(county)
                .chain(changed -> changed
                        ? announce(code).replaceWith(true)
                        : Uni.createFrom().item(false));
    }

    /** Has every replica read the registry again, and reads it here before it completes. */
    private Uni<Void> announce(String what) {
        return signals.send(TenantRegistry.CHANGED, what).chain(registry::reload);
    }

    /** Applies one county, of which the replicas do not know yet then. */
    private Uni<Boolean> take(County county) {
        String code = county.manifest().code();
        Optional<Tenant> known = registry.byCode(code);
        if (known.filter(
                        tenant -> tenant.digest().equals(county.digest()) && tenant.state() != TenantState.PROVISIONING)
                .isPresent()) {
            return Uni.createFrom().item(false);
        }
        Optional<String> reserved = registry.reserved(county.manifest());
        if (reserved.isPresent()) {
            return Uni.createFrom().failure(taken(reserved.get()));
        }
        return register(county)
                .chain(() -> operations.write(code, () -> divisions(county)))
                .chain(() -> organizations.ensure(code, county.manifest().name().chinese()))
                .chain(() -> activate(county))
                .replaceWith(true);
    }

    private Uni<Void> register(County county) {
        return operations
                .write(Operation.PLATFORM, () -> Statements.PLATFORM
                        .run(
                                "insert into lianhu_platform.tenant (code, state, manifest, digest) values ($1, 'PROVISIONING', $2, '')"
                                        + " on conflict (code) do nothing",
                                county.manifest().code(),
                                new JsonObject(county.manifestJson()))
                        .chain(() -> claim(county.manifest().code(), hosts(county))))
                .replaceWithVoid();
    }

    /** In their order, so that two counties that claim the same ones wait for each other and do not stand in each other's way. */
    private static String[] hosts(County county) {
        return county.manifest().hosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toArray(String[]::new);
    }

    /** Whoever claims a host first has it, on whichever replica; what the county had already it keeps until it is applied whole. */
    private static Uni<Void> claim(String code, String[] hosts) {
        return Statements.PLATFORM
                .run(
                        "insert into lianhu_platform.tenant_host (host, code) select host, $1 from unnest($2::text[]) host"
                                + " on conflict (host) do update set code = excluded.code where tenant_host.code = excluded.code"
                                + " returning host",
                        code,
                        hosts)
                .invoke(claimed -> {
                    Set<String> missing = new LinkedHashSet<>(List.of(hosts));
                    claimed.forEach(row -> missing.remove(row.getString(0)));
                    missing.stream().findFirst().ifPresent(host -> {
                        throw taken(host);
                    });
                })
                .replaceWithVoid();
    }

    private static ApiException taken(String host) {
        return new ApiException(TenantError.TENANT_HOST_TAKEN, Map.of("host", host));
    }

    private Uni<Void> activate(County county) {
        return operations
                .write(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "with given_up as (delete from lianhu_platform.tenant_host where code = $1 and host <> all ($4))"
                                        + " update lianhu_platform.tenant set manifest = $2, digest = $3, changed_at = now(),"
                                        + " activated_at = coalesce(activated_at, now()),"
                                        + " state = case state when 'PROVISIONING' then 'ACTIVE' else state end where code = $1",
                                county.manifest().code(),
                                new JsonObject(county.manifestJson()),
                                county.digest(),
                                hosts(county)))
                .replaceWithVoid();
    }

    /**
     * Grids and groups that people made, renamed or ended at run time stay as those left them.
     * Rows that are no longer in the data are ended, not deleted: cases and homes still point at them.
     */
    private Uni<Void> divisions(County county) {
        return Statements.CORE
                .run("select code, id from lianhu_core.division")
                .chain(known -> {
                    Map<String, UUID> ids = new HashMap<>();
                    for (Row row : known) {
                        ids.put(row.getString(0), row.getUUID(1));
                    }
                    return insert(county.divisions(), ids);
                })
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.division set valid_until = current_date"
                                + " where valid_until is null and length(code) <= 12 and not (code = any ($1))",
                        (Object) county.divisions().stream()
                                .map(County.DivisionRow::code)
                                .toArray(String[]::new)))
                .replaceWithVoid();
    }

    private static Uni<Void> insert(List<County.DivisionRow> rows, Map<String, UUID> ids) {
        int size = rows.size();
        UUID[] id = new UUID[size];
        String[] code = new String[size];
        String[] kind = new String[size];
        String[] name = new String[size];
        String[] registerName = new String[size];
        UUID[] parent = new UUID[size];
        for (int i = 0; i < size; i++) {
            County.DivisionRow row = rows.get(i);
            code[i] = row.code();
            id[i] = ids.computeIfAbsent(row.code(), fresh -> Ids.next());
            kind[i] = kind(row.code());
            name[i] = row.name();
            registerName[i] = row.registerName();
            String above = County.parent(row.code());
            parent[i] = above == null ? null : ids.get(above);
        }
        return Statements.CORE
                .run(
                        "insert into lianhu_core.division (id, code, kind, name, register_name, parent_id)"
                                + " select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[])"
                                + " on conflict (tenant_id, code) do update"
                                + " set name = excluded.name, register_name = excluded.register_name, valid_until = null"
                                + " where not division.managed"
                                + " and ((division.name, division.register_name) is distinct from (excluded.name, excluded.register_name)"
                                + " or division.valid_until is not null)",
                        id,
                        code,
                        kind,
                        name,
                        registerName,
                        parent)
                .replaceWithVoid();
    }

    private static String kind(String code) {
        return switch (code.length()) {
            case 6 -> "COUNTY";
            case 9 -> "TOWN";
            case 12 -> "VILLAGE";
            case 15 -> "GRID";
            default -> "GROUP";
        };
    }

    /** Takes a county out of service, or back into it. */
    public Uni<Void> suspend(String code, String reason) {
        return change(code, "ACTIVE", "SUSPENDED", reason);
    }

    /** Puts a suspended county back into service. */
    public Uni<Void> resume(String code) {
        return change(code, "SUSPENDED", "ACTIVE", null);
    }

    private Uni<Void> change(String code, String from, String to, @Nullable String reason) {
        return operations
                .write(Operation.PLATFORM, () -> Statements.PLATFORM
                        .run(
                                "update lianhu_platform.tenant set state = $3, suspended_reason = $4, changed_at = now()"
                                        + " where code = $1 and state = $2 returning code",
                                code,
                                from,
                                to,
                                reason)
                        .invoke(rows -> {
                            if (rows.rowCount() == 0) {
                                throw new ApiException(
                                        TenantError.TENANT_STATE,
                                        Map.of("code", code, "expected", TenantState.valueOf(from)));
                            }
                        }))
                .chain(() -> announce(code));
    }
}
