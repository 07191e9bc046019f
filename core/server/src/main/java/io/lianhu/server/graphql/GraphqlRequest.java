package io.lianhu.server.graphql;

import io.lianhu.sdk.Actor;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.identity.Person;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One GraphQL request while it is executed.
 *
 * @param context the Vert.x context on which all of it runs
 * @param person who sent it; empty for anyone
 * @param actor the person in this county; without posts where there is no person, or where the person is not a member
 * @param happened in a subscription, the id that is told of; null otherwise
 * @param listening in a subscription, completed with what it listens to when it begins
 * @param refusals what the person tried and may not, by its name
 */
record GraphqlRequest(
        Engine engine,
        Engine.PreparedDocument document,
        Parameters parameters,
        Context context,
        Optional<Person> person,
        Actor actor,
        Locale locale,
        String requestId,
        @Nullable UUID happened,
        CompletableFuture<Multi<UUID>> listening,
        AuditTrail trail,
        Map<String, AuditEntry> refusals) {

    /** Rows of refusals that one request may write. */
    private static final int MOST_REFUSALS = 10;

    /** Remembers what the person may not do, for the audit trail. */
    void refused(String action, Map<String, ?> arguments) {
        if (person.isPresent() && refusals.size() < MOST_REFUSALS) {
            refusals.computeIfAbsent(action, first -> Named.in(arguments).refused(first));
        }
    }

    /** What the client sent. */
    record Parameters(String query, @Nullable String operationName, Map<String, @Nullable Object> variables) {}
}
