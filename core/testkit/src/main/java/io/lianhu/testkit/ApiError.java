package io.lianhu.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One error of an answer. Texts are empty, and nodes missing, where the server left them out.
 *
 * @param type one of {@link io.lianhu.sdk.ErrorType}
 */
public record ApiError(String message, String type, String code, JsonNode params, JsonNode path, String requestId) {
    static ApiError of(JsonNode error) {
        JsonNode extensions = error.path("extensions");
        return new ApiError(
                error.path("message").asText(),
                extensions.path("type").asText(),
                extensions.path("code").asText(),
                extensions.path("params"),
                error.path("path"),
                extensions.path("requestId").asText());
    }
}
