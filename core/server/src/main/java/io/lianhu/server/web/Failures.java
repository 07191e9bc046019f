package io.lianhu.server.web;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.server.persistence.OperationEndedException;
import io.lianhu.server.redis.OverloadedException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.hibernate.StaleStateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told of failures: one typed error, with the request's id and nothing of our insides. */
public final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    /** SQL states by which PostgreSQL says that somebody else was quicker: serialisation, deadlock, lock not available. */
    private static final Set<String> OVERTAKEN = Set.of("40001", "40P01", "55P03");

    /** Two wrote what may stand only once: that somebody else was quicker, too. */
    private static final String DUPLICATE = "23505";

    /** A statement that ran past its time. */
    private static final String OUT_OF_TIME = "57014";

    /** A text with the character 0, which PostgreSQL cannot keep: the client's mistake, wherever it stood. */
    private static final String UNKEEPABLE_TEXT = "22021";

    private Failures() {}

    /** The error for a failure; one that is our mistake is logged with its cause. */
    public static ApiException translate(Throwable thrown, String requestId) {
        Optional<ApiException> told = told(thrown);
        if (told.isEmpty()) {
            LOG.error("Request {} failed", requestId, thrown);
            return new ApiException(RequestError.INTERNAL);
        }
        ApiException known = told.get();
        if (known.getCause() != null) {
            LOG.warn("Request {} failed: {}", requestId, known.getMessage(), known.getCause());
        }
        return known;
    }

    /** The error for a failure that may happen; empty for our mistakes. */
    public static Optional<ApiException> told(Throwable thrown) {
        Throwable failure = cause(thrown);
        if (failure instanceof ApiException known) {
            return Optional.of(known);
        }
        if (failure instanceof OptimisticLockException || failure instanceof StaleStateException) {
            return Optional.of(ApiException.conflict("row"));
        }
        String state = sqlState(failure);
        if (OVERTAKEN.contains(state) || DUPLICATE.equals(state)) {
            return Optional.of(ApiException.conflict("row"));
        }
        if (UNKEEPABLE_TEXT.equals(state)) {
            return Optional.of(new ApiException(RequestError.REQUEST_MALFORMED));
        }
        if (OUT_OF_TIME.equals(state) || failure instanceof OperationEndedException) {
            return Optional.of(new ApiException(RequestError.TIMED_OUT));
        }
        if (isAway(failure, state)) {
            ApiException away = new ApiException(RequestError.UNAVAILABLE);
            away.initCause(failure);
            return Optional.of(away);
        }
        return Optional.empty();
    }

    /** Whether PostgreSQL does not answer, is going down or coming up, or has no connection left; or Redis cannot keep up. */
    private static boolean isAway(Throwable failure, String state) {
        return failure instanceof ClosedConnectionException
                || failure instanceof OverloadedException
                || failure instanceof SocketException
                || failure instanceof ClosedChannelException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53");
    }

    /** What PostgreSQL says; Hibernate passes it on as an exception of JDBC's. Empty where it was not PostgreSQL that failed. */
    private static String sqlState(Throwable failure) {
        if (failure instanceof PgException database) {
            return String.valueOf(database.getSqlState());
        }
        return failure instanceof SQLException database ? String.valueOf(database.getSQLState()) : "";
    }

    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof PersistenceException)
                && !(failure instanceof OptimisticLockException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    /** An error as GraphQL's clients read it, the message first. */
    public static Map<String, Object> rendered(ApiException error, String message, String requestId) {
        Map<String, Object> rendered = new LinkedHashMap<>();
        rendered.put("message", message);
        rendered.put("extensions", extensions(error, requestId));
        return rendered;
    }

    /** What stands under {@code extensions}. */
    public static Map<String, Object> extensions(ApiException error, String requestId) {
        ErrorCode code = error.code();
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("type", code.type().name());
        extensions.put("code", code.name());
        extensions.put("params", error.params());
        extensions.put("requestId", requestId);
        return extensions;
    }

    /** The HTTP status of a request that failed as a whole. */
    public static int status(ApiException error) {
        if (error.code() instanceof RequestError request) {
            switch (request) {
                case REQUEST_TOO_LARGE -> {
                    return 413;
                }
                case METHOD_NOT_ALLOWED -> {
                    return 405;
                }
                case MEDIA_TYPE_UNSUPPORTED -> {
                    return 415;
                }
                case NOT_ACCEPTABLE -> {
                    return 406;
                }
                default -> {}
            }
        }
        return switch (error.code().type()) {
            case INVALID_INPUT -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case PRECONDITION -> 412;
            case RATE_LIMITED -> 429;
            case UNAVAILABLE -> 503;
            case INTERNAL -> 500;
        };
    }
}
