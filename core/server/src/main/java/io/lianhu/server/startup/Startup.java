package io.lianhu.server.startup;

import io.lianhu.server.event.Relay;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Migrations;
import io.lianhu.server.plugin.PluginCatalogue;
import io.lianhu.server.plugin.PluginHost;
import io.lianhu.server.retention.Retention;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.tenant.Onboarding;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.web.RequestsUnderWay;
import io.quarkus.arc.All;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the server up on a worker thread, in order: tables, entities, schemas, counties, plugins, events. Readiness says when all of it
 * stands; until then requests are refused as {@code UNAVAILABLE}.
 */
@Singleton
class Startup {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /** All counties of a province, on a slow machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Longer than any county's request may take. */
    private static final Duration DRAIN = Duration.ofSeconds(20);

    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Migrations migrations;
    private final CoreStore store;
    private final List<CoreFeature> features;
    private final PluginHost host;
    private final Signals signals;
    private final TenantRegistry registry;
    private final PluginCatalogue catalogue;
    private final Onboarding onboarding;
    private final Relay relay;
    private final Retention retention;
    private final RequestsUnderWay requests;
    private final Optional<String> tenants;
    private volatile boolean ready;

    Startup(
            Vertx vertx,
            Migrations migrations,
            CoreStore store,
            @All List<CoreFeature> features,
            PluginHost host,
            Signals signals,
            TenantRegistry registry,
            PluginCatalogue catalogue,
            Onboarding onboarding,
            Relay relay,
            Retention retention,
            RequestsUnderWay requests,
            @ConfigProperty(name = "lianhu.tenants.dir") Optional<String> tenants) {
        this.vertx = vertx;
        this.migrations = migrations;
        this.store = store;
        this.features = features;
        this.host = host;
        this.signals = signals;
        this.registry = registry;
        this.catalogue = catalogue;
        this.onboarding = onboarding;
        this.relay = relay;
        this.retention = retention;
        this.requests = requests;
        this.tenants = tenants;
    }

    void start(@Observes StartupEvent event) {
        vertx.<Void>executeBlocking(
                        () -> {
                            bringUp();
                            return null;
                        },
                        false)
                .onFailure(failure -> {
                    LOG.error("The server does not come up", failure);
                    Quarkus.asyncExit(1);
                });
    }

    private void bringUp() {
        migrations.migrateCore();
        store.open(features.stream()
                .<Class<?>>flatMap(feature -> feature.entities().stream())
                .toList());
        host.start();
        signals.listen();
        registry.reload().await().atMost(PATIENCE);
        catalogue.start();
        tenants.map(Path::of).filter(Files::isDirectory).ifPresent(this::apply);
        relay.start();
        retention.start();
        vertx.setPeriodic(REFRESH.toMillis(), timer -> registry.reload()
                .subscribe()
                .with(done -> {}, failure -> LOG.warn("The counties could not be read again: {}", failure.toString())));
        vertx.setPeriodic(REFRESH.toMillis(), timer -> catalogue.refresh());
        ready = true;
        LOG.info("Ready: {} counties, plugins {}", registry.all().size(), host.versions());
    }

    private void apply(Path folder) {
        Onboarding.Outcome outcome = onboarding.applyAll(folder).await().atMost(PATIENCE);
        LOG.info(
                "Counties applied: {}, unchanged: {}, faulty: {}, divisions: {}, in {} ms",
                outcome.applied(),
                outcome.unchanged(),
                outcome.faults().size(),
                outcome.divisions(),
                outcome.took().toMillis());
    }

    /** Before the HTTP server goes: no longer ready, nothing new begun, what runs ends. */
    void leave(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        ready = false;
        relay.stop();
        if (!requests.awaitEnd(DRAIN)) {
            LOG.warn("Requests are cut off that did not end within {} s", DRAIN.toSeconds());
        }
    }

    boolean ready() {
        return ready;
    }
}
