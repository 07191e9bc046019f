package io.lianhu.server.web;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * Health and metrics are for who runs the platform: by a name that the world knows, a county's or any other, they do not exist. Probes
 * and scrapers address the server itself, by its number or as {@code localhost}.
 */
@Singleton
class InternalPaths {

    private static final Pattern ITSELF = Pattern.compile("localhost|[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    void route(@Observes Router router) {
        router.route("/q/*").order(Integer.MIN_VALUE).handler(context -> {
            if (ITSELF.matcher(Ingress.of(context).host()).matches()) {
                context.next();
            } else {
                context.response().setStatusCode(404).end();
            }
        });
    }
}
