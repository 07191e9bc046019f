package io.lianhu.server.plugin;

import io.smallrye.health.api.HealthGroup;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Which plugins should run on this replica and do not, under {@code /q/health/group/plugins}. No part of readiness: a bad plugin does
 * not take the host down.
 */
@Singleton
@HealthGroup("plugins")
class PluginHealth implements HealthCheck {

    private final PluginCatalogue catalogue;

    PluginHealth(PluginCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("plugins").status(catalogue.ailing().isEmpty());
        catalogue
                .ailing()
                .forEach((plugin, ailing) -> response.withData(plugin, ailing.version() + ": " + ailing.why()));
        return response.build();
    }
}
