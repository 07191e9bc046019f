package io.lianhu.server.tenant;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counties of the platform, each found by its host name. The whole list is held in memory, because every request asks for it and it
 * hardly changes; a change on any replica makes all of them read what has changed. A county whose row cannot be read keeps no other from
 * being served.
 */
@Singleton
public class TenantRegistry {

    static final String CHANGED = "tenants";

    private static final Logger LOG = LoggerFactory.getLogger(TenantRegistry.class);

    /** The manifest only where it is not the one that is known. */
    private static final String READ =
            "select t.code, t.state, t.digest, case when k.digest is null then t.manifest end as manifest"
                    + " from lianhu_platform.tenant t"
                    + " left join unnest($1::text[], $2::text[]) k(code, digest) on k.code = t.code and k.digest = t.digest";

    private final Operations operations;
    private final Vertx vertx;
    private final String domain;
    private final OneAtATime reload = new OneAtATime(this::read);
    private volatile Map<String, Tenant> byCode = Map.of();
    private volatile Map<String, Tenant> byHost = Map.of();
    private volatile Set<String> unreadable = Set.of();
    private volatile Consumer<Set<Set<String>>> preparation = sets -> {};

    TenantRegistry(
            Operations operations,
            Signals signals,
            Vertx vertx,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.domain") String domain) {
        this.operations = operations;
        this.vertx = vertx;
        this.domain = domain.toLowerCase(Locale.ROOT);
        meters.gauge("lianhu.tenants.faulty", this, registry -> registry.unreadable.size());
        signals.on(CHANGED, message -> reload());
    }

    /** Has the sets of plugins that counties enable prepared, on a worker thread, before counties with these sets are served. */
    public void prepareBy(Consumer<Set<Set<String>>> work) {
        preparation = work;
    }

    /** Reads what has changed; one at a time, so that an earlier state never comes after a later one. */
    public Uni<Void> reload() {
        return reload.run();
    }

    private Uni<Void> read() {
        Map<String, Tenant> known = byCode;
        String[] codes = known.values().stream().map(Tenant::code).toArray(String[]::new);
        String[] digests = known.values().stream().map(Tenant::digest).toArray(String[]::new);
        return operations
                .read(Operation.PLATFORM, () -> Statements.PLATFORM.run(READ, codes, digests))
                .chain(rows -> UniHelper.toUni(vertx.<Void>executeBlocking(
                        () -> {
                            publish(rows, known);
                            return null;
                        },
                        false)));
    }

    private void publish(RowSet<Row> rows, Map<String, Tenant> known) {
        Map<String, Tenant> codes = new HashMap<>();
        Map<String, Tenant> hosts = new HashMap<>();
        Set<String> faulty = new HashSet<>();
        for (Row row : rows) {
            String code = row.getString("code");
            try {
                codes.put(code, tenant(row, known.get(code)));
            } catch (RuntimeException unfit) {
                faulty.add(code);
                if (!unreadable.contains(code)) {
                    LOG.error("County {} is not served, its row cannot be read: {}", code, unfit.getMessage());
                }
            }
        }
        for (Tenant tenant : codes.values()) {
            tenant.manifest().hosts().forEach(host -> hosts.put(host.toLowerCase(Locale.ROOT), tenant));
        }
        // last, since nobody may have the place of a county's own
        codes.forEach((code, tenant) -> hosts.put(code + "." + domain, tenant));
        prepare(codes.values());
        unreadable = Set.copyOf(faulty);
        byCode = Map.copyOf(codes);
        byHost = Map.copyOf(hosts);
    }

    private static Tenant tenant(Row row, @Nullable Tenant known) {
        JsonObject manifest = row.get(JsonObject.class, "manifest");
        TenantState state = TenantState.valueOf(row.getString("state"));
        if (manifest == null && known != null) {
            return known.state() == state ? known : new Tenant(known.code(), state, known.manifest(), known.digest());
        }
        return new Tenant(row.getString("code"), state, County.read(String.valueOf(manifest)), row.getString("digest"));
    }

    private void prepare(Collection<Tenant> tenants) {
        try {
            preparation.accept(tenants.stream()
                    .map(tenant -> tenant.manifest().enabledPlugins())
                    .collect(Collectors.toSet()));
        } catch (RuntimeException unfit) {
            LOG.error("Not every county's set of plugins could be prepared", unfit);
        }
    }

    /** The platform's own host name, where its operator works. */
    public String platformHost() {
        return "platform." + domain;
    }

    /**
     * The county that a host name (without port) leads to. One that is being taken on, or that has left, is not told apart from one
     * that never was.
     *
     * @throws ApiException {@code TENANT_UNKNOWN_HOST} or {@code TENANT_SUSPENDED}
     */
    public Tenant byHost(String host) {
        Tenant tenant = byHost.get(host.toLowerCase(Locale.ROOT));
        if (tenant != null && tenant.state() == TenantState.SUSPENDED) {
            throw new ApiException(TenantError.TENANT_SUSPENDED);
        }
        if (tenant == null || tenant.state() != TenantState.ACTIVE) {
            throw new ApiException(TenantError.TENANT_UNKNOWN_HOST, Map.of("host", host));
        }
        return tenant;
    }

    /** The county of a code, in whatever state. */
    public Optional<Tenant> byCode(String code) {
        return Optional.ofNullable(byCode.get(code));
    }

    /** Every county, in whatever state. */
    public Collection<Tenant> all() {
        return byCode.values();
    }

    /** A host name of this county that is no county's to have: below our domain stand the counties' codes, and the platform. */
    Optional<String> reserved(TenantManifest manifest) {
        return manifest.hosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .filter(host -> host.endsWith("." + domain) && !host.equals(manifest.code() + "." + domain))
                .findFirst();
    }
}
