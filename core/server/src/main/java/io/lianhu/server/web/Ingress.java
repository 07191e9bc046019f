package io.lianhu.server.web;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request before anybody is asked.
 *
 * @param requestId the client's {@code X-Request-Id} where it is a sound one, else a new one
 * @param locale Chinese, unless English comes first in {@code Accept-Language}
 * @param host without the port
 * @param client the address it came from, as the proxy settings have it
 */
public record Ingress(String requestId, Locale locale, String host, String client) {

    private static final Pattern SOUND = Pattern.compile("[A-Za-z0-9._-]{8,64}");

    /** The request's; made once, and put into the log fields of its context. */
    public static Ingress of(RoutingContext context) {
        Ingress known = context.get(Ingress.class.getName());
        if (known != null) {
            return known;
        }
        HttpServerRequest request = context.request();
        String given = request.getHeader("X-Request-Id");
        String id = given != null && SOUND.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        String host = request.authority() == null ? "" : request.authority().host();
        String client =
                request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
        Ingress ingress = new Ingress(id, locale(request.getHeader("Accept-Language")), host, client);
        context.put(Ingress.class.getName(), ingress);
        MDC.put("requestId", id);
        return ingress;
    }

    private static Locale locale(@Nullable String accepted) {
        return accepted != null && accepted.trim().toLowerCase(Locale.ROOT).startsWith("en")
                ? Locale.ENGLISH
                : Locale.SIMPLIFIED_CHINESE;
    }
}
