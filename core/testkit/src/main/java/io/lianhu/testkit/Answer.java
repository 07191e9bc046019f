package io.lianhu.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to one GraphQL operation. */
public final class Answer {
    private static final Pattern ROUND_TRIPS = Pattern.compile("pg=(\\d+) redis=(\\d+)");

    private final String asked;
    private final int status;
    private final JsonNode body;
    private final Optional<String> roundTrips;

    /** How many messages an operation sent to PostgreSQL, BEGIN, SET ROLE and COMMIT among them, and how many commands to Redis. */
    public record RoundTrips(int pg, int redis) {}

    private Answer(String asked, int status, JsonNode body, Optional<String> roundTrips) {
        this.asked = asked;
        this.status = status;
        this.body = body;
        this.roundTrips = roundTrips;
    }

    static Answer of(String asked, Reply reply) {
        return new Answer(asked, reply.status(), reply.json(), reply.header("X-Round-Trips"));
    }

    static Answer of(String asked, JsonNode payload) {
        return new Answer(asked, 200, payload, Optional.empty());
    }

    /** The HTTP status; 200 for what came over a subscription. */
    public int status() {
        return status;
    }

    /** All of it: {@code data}, {@code errors}. */
    public JsonNode body() {
        return body;
    }

    /** The data; a missing node where there is none. */
    public JsonNode data() {
        return body.path("data");
    }

    /** What stands there in the data ({@code /case/state}); fails the test where nothing does. A null is something. */
    public JsonNode at(String pointer) {
        JsonNode found = data().at(pointer);
        if (found.isMissingNode()) {
            throw new AssertionError("Nothing at " + pointer + " in " + this);
        }
        return found;
    }

    public List<ApiError> errors() {
        List<ApiError> errors = new ArrayList<>();
        body.path("errors").forEach(error -> errors.add(ApiError.of(error)));
        return errors;
    }

    /** Fails the test where the answer has errors. */
    public Answer succeeded() {
        if (status != 200 || body.has("errors")) {
            throw new AssertionError("Errors in " + this);
        }
        return this;
    }

    /** What the operation cost; fails the test where the server does not say. */
    public RoundTrips roundTrips() {
        Matcher matcher = ROUND_TRIPS.matcher(roundTrips.orElse(""));
        if (!matcher.find()) {
            throw new AssertionError("No X-Round-Trips in " + this);
        }
        return new RoundTrips(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return "the answer " + status + " " + body + " to " + asked;
    }
}
