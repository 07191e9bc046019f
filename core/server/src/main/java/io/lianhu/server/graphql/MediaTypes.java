package io.lianhu.server.graphql;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The media types of GraphQL over HTTP. */
final class MediaTypes {

    static final String GRAPHQL_RESPONSE = "application/graphql-response+json";
    static final String JSON = "application/json";

    private MediaTypes() {}

    /** What to answer with; empty where the client accepts neither. Clients that do not say get the type that all understand. */
    static Optional<String> accepted(RoutingContext context) {
        List<MIMEHeader> accepted = context.parsedHeaders().accept();
        if (accepted.isEmpty()) {
            return Optional.of(JSON);
        }
        for (MIMEHeader header : accepted) {
            String type = (header.component() + "/" + header.subComponent()).toLowerCase(Locale.ROOT);
            if (type.equals(GRAPHQL_RESPONSE)) {
                return Optional.of(GRAPHQL_RESPONSE);
            }
            if (type.equals(JSON) || type.equals("*/*") || type.equals("application/*")) {
                return Optional.of(JSON);
            }
        }
        return Optional.empty();
    }

    /** Whether a request body is JSON in UTF-8, as it must be. */
    static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return parts[0].trim().equals(JSON);
    }
}
