package io.lianhu.server.graphql;

import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Comparator;
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
        return accepted(context.request().getHeader("Accept"));
    }

    static Optional<String> accepted(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Optional.of(JSON);
        }
        return Arrays.stream(header.toLowerCase(Locale.ROOT).split(","))
                .map(MediaTypes::range)
                .sorted(Comparator.comparingDouble(Range::quality).reversed())
                .filter(range -> range.quality() > 0)
                .flatMap(range -> offered(range.type()).stream())
                .findFirst();
    }

    private record Range(String type, double quality) {}

    private static Range range(String text) {
        String[] parts = text.split(";", -1);
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.matches("q=[01](\\.[0-9]{0,3})?")) {
                quality = Double.parseDouble(parameter.substring(2));
            }
        }
        return new Range(parts[0].trim(), quality);
    }

    private static Optional<String> offered(String range) {
        return switch (range) {
            case GRAPHQL_RESPONSE -> Optional.of(GRAPHQL_RESPONSE);
            case JSON, "*/*", "application/*" -> Optional.of(JSON);
            default -> Optional.empty();
        };
    }

    /** Whether a request body is JSON in UTF-8, as it must be. */
    static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return parts[0].trim().equals(JSON);
    }
}
