package io.lianhu.server.startup;

import io.lianhu.server.calendar.Calendars;
import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.event.Relay;
import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Migrations;
import io.lianhu.server.plugin.PluginCatalogue;
import io.lianhu.server.plugin.PluginHost;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.tenant.Onboarding;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.vault.VaultKeys;
import io.lianhu.server.web.Doors;
import io.quarkus.arc.All;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the server up on a worker thread, in order: schemas, tables, entities, counties, plugins, events. Readiness says when all of it
 * stands; until then requests are refused as {@code UNAVAILABLE}.
 *
 * <p>Brings it down when asked to end: no longer ready, sockets told to go elsewhere, no further events and messages taken; then what is under way may
 * end, within {@value #DRAIN_SECONDS} s; then the HTTP server closes and the plugins stop.
 */
@Singleton
class Startup {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /** All counties of a province, on a slow machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration REFRESH = Duration.ofSeconds(30);

    /** Longer than any deadline of a county's request or event; shorter than who ends a process usually waits. */
    static final int DRAIN_SECONDS = 20;

    private final Vertx vertx;
    private final Migrations migrations;
    private final CoreStore store;
    private final List<CoreFeature> features;
    private final PluginHost host;
    private final Doors doors;
    private final Signals signals;
    private final Calendars calendars;
    private final EmergencyMode emergencies;
    private final TenantRegistry registry;
    private final PluginCatalogue catalogue;
    private final Onboarding onboarding;
    private final Relay relay;
    private final List<BackgroundWork> background;
    private final VaultKeys vaultKeys;
    private final Optional<String> tenants;
    private volatile boolean ready;

    Startup(
            Vertx vertx,
            Migrations migrations,
            CoreStore store,
            @All List<CoreFeature> features,
            PluginHost host,
            Doors doors,
            Signals signals,
            Calendars calendars,
            EmergencyMode emergencies,
            TenantRegistry registry,
            PluginCatalogue catalogue,
            Onboarding onboarding,
            Relay relay,
            @All List<BackgroundWork> background,
            VaultKeys vaultKeys,
            @ConfigProperty(name = "lianhu.tenants.dir") Optional<String> tenants) {
        this.vertx = vertx;
        this.migrations = migrations;
        this.store = store;
        this.features = features;
        this.host = host;
        this.doors = doors;
        this.signals = signals;
        this.calendars = calendars;
        this.emergencies = emergencies;
        this.registry = registry;
        this.catalogue = catalogue;
        this.onboarding = onboarding;
        this.relay = relay;
        this.background = background;
        this.vaultKeys = vaultKeys;
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
        host.start();
        migrations.migrateCore();
        store.open(features.stream()
                .<Class<?>>flatMap(feature -> feature.entities().stream())
                .toList());
        calendars.start();
        vaultKeys
                .start(features.stream()
                        .flatMap(feature -> feature.sealedColumns().stream())
                        .toList())
                .await()
                .atMost(PATIENCE);
        emergencies.start();
        signals.listen();
        registry.reload().await().atMost(PATIENCE);
        catalogue.start();
        tenants.map(Path::of).filter(Files::isDirectory).ifPresent(this::apply);
        relay.start();
        background.forEach(BackgroundWork::start);
        vertx.setPeriodic(REFRESH.toMillis(), timer -> registry.reload()
                .subscribe()
                .with(done -> {}, failure -> LOG.warn("The counties could not be read again: {}", failure.toString())));
        vertx.setPeriodic(REFRESH.toMillis(), timer -> catalogue.refresh());
        doors.open();
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

    /** Quarkus waits for this with the HTTP server still open. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        ready = false;
        CompletableFuture<Void> done = CompletableFuture.allOf(Stream.concat(
                        Stream.of(relay.stop(), doors.close()),
                        background.stream().map(BackgroundWork::stop))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new));
        try {
            done.get(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            LOG.warn("The server ends with {} requests under way", doors.inside());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        host.stop();
    }

    boolean ready() {
        return ready;
    }
}
