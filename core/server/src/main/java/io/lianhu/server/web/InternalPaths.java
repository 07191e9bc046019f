package io.lianhu.server.web;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Health and metrics are for who runs the platform: on the counties' hosts, which the world reaches, they do not exist. Probes and
 * scrapers address the server itself.
 */
@Singleton
class InternalPaths {

    private final String counties;

    InternalPaths(@ConfigProperty(name = "lianhu.domain") String domain) {
        this.counties = "." + domain.toLowerCase(Locale.ROOT);
    }

    void route(@Observes Router router) {
        router.route("/q/*").order(Integer.MIN_VALUE).handler(context -> {
            if (Ingress.of(context).host().toLowerCase(Locale.ROOT).endsWith(counties)) {
                context.response().setStatusCode(404).end();
            } else {
                context.next();
            }
        });
    }
}
