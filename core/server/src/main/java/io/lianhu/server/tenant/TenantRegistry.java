package io.lianhu.server.tenant;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counties of the platform, each found by its host name. The whole list is held in memory, because every request asks for it and it
 * hardly changes; a change on any replica makes all of them read it again.
 */
@Singleton
public class TenantRegistry {

    static final String CHANGED = "tenants";

    private static final Logger LOG = LoggerFactory.getLogger(TenantRegistry.class);

    private final Operations operations;
    private final String domain;
    private final AtomicLong readings = new AtomicLong();
    private long published;
    private volatile Map<String, Tenant> byCode = Map.of();
    private volatile Map<String, Tenant> byHost = Map.of();

    TenantRegistry(Operations operations, Signals signals, @ConfigProperty(name = "lianhu.domain") String domain) {
        this.operations = operations;
        this.domain = domain.toLowerCase(Locale.ROOT);
        signals.on(CHANGED, message -> reload());
    }

    /**
     * Reads the registry again. Of two readings that overlap, the later one stays. A county whose manifest this version cannot read is
     * left as it was known, or out: one faulty row must not take all the others away.
     */
    public Uni<Void> reload() {
        return Uni.createFrom().deferred(() -> {
            long reading = readings.incrementAndGet();
            return operations
                    .read(
                            Operation.PLATFORM,
                            () -> Statements.PLATFORM.run(
                                    "select code, state, manifest, digest from lianhu_platform.tenant"))
                    .invoke(rows -> publish(reading, rows))
                    .replaceWithVoid();
        });
    }

    private synchronized void publish(long reading, Iterable<Row> rows) {
        if (reading < published) {
            return;
        }
        published = reading;
        Map<String, Tenant> codes = new HashMap<>();
        Map<String, Tenant> hosts = new HashMap<>();
        for (Row row : rows) {
            tenant(row).ifPresent(tenant -> {
                codes.put(tenant.code(), tenant);
                hosts.put(tenant.code() + "." + domain, tenant);
                tenant.manifest().hosts().forEach(host -> hosts.put(host.toLowerCase(Locale.ROOT), tenant));
            });
        }
        byCode = Map.copyOf(codes);
        byHost = Map.copyOf(hosts);
    }

    private Optional<Tenant> tenant(Row row) {
        String code = row.getString("code");
        String digest = row.getString("digest");
        TenantState state = TenantState.valueOf(row.getString("state"));
        Tenant known = byCode.get(code);
        if (known != null && known.digest().equals(digest)) {
            return Optional.of(known.state() == state ? known : new Tenant(code, state, known.manifest(), digest));
        }
        try {
            String manifest = row.get(JsonObject.class, "manifest").encode();
            return Optional.of(new Tenant(code, state, County.read(manifest), digest));
        } catch (ApiException unreadable) {
            LOG.error("The manifest of {} cannot be read: {}", code, unreadable.params());
            return Optional.ofNullable(known);
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

    /** A host name of this county that is another's, or may become another's: below our domain stand the counties' codes. */
    Optional<String> taken(TenantManifest manifest) {
        return manifest.hosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .filter(host -> {
                    Tenant holder = byHost.get(host);
                    return host.equals(platformHost())
                            || host.endsWith("." + domain) && !host.equals(manifest.code() + "." + domain)
                            || holder != null && !holder.code().equals(manifest.code());
                })
                .findFirst();
    }
}
