package io.lianhu.server.graphql;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** GraphiQL, for browsers that open the endpoint at home. Anywhere else there is no such page, and none of its files. */
@Singleton
class GraphiqlPage {

    private static final String FILES = "/graphql-ui/*";

    private final boolean home;

    GraphiqlPage(@ConfigProperty(name = "lianhu.home", defaultValue = "false") boolean home) {
        this.home = home;
    }

    void route(@Observes Router router) {
        router.route(FILES).order(Integer.MIN_VALUE).handler(context -> {
            if (home) {
                context.next();
            } else {
                context.response().setStatusCode(404).end();
            }
        });
        if (home) {
            router.get(GraphqlEndpoint.PATH).order(-1).handler(GraphiqlPage::show);
        }
    }

    private static void show(RoutingContext context) {
        String accepted = context.request().getHeader("Accept");
        if (accepted == null
                || !accepted.contains("text/html")
                || context.request().getParam("query") != null) {
            context.next();
            return;
        }
        context.response().putHeader("Content-Type", "text/html; charset=utf-8").sendFile("graphiql.html");
    }
}
