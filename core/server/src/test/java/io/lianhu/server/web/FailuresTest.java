package io.lianhu.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;
import io.vertx.pgclient.PgException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.hibernate.HibernateException;
import org.hibernate.StaleStateException;
import org.junit.jupiter.api.Test;

final class FailuresTest {

    private static final String ID = "request-1";

    @Test
    void whatIsTypedAlreadyIsToldAsItIsHoweverDeepItLies() {
        ApiException known = ApiException.notFound("Case");

        assertSame(known, Failures.translate(known, ID));
        assertSame(
                known,
                Failures.translate(
                        new CompletionException(new PersistenceException(new CompletionException(known))), ID));
    }

    @Test
    void whoCameSecondIsToldOfTheConflict() {
        for (Throwable failure : List.of(
                new OptimisticLockException("row was changed", new StaleStateException("stale")),
                new StaleStateException("stale"),
                new HibernateException("wrapped", database("40001")),
                database("40P01"),
                database("23505"),
                new CompletionException(database("55P03")))) {
            assertEquals(
                    ApiException.Common.CONFLICT,
                    Failures.translate(failure, ID).code(),
                    failure.toString());
        }
    }

    @Test
    void aDatabaseThatIsAwayIsUnavailableForNow() {
        for (Throwable failure : List.of(
                new ConnectException("refused"),
                new ClosedChannelException(),
                new CompletionException(database("57P01")),
                new HibernateException("wrapped", database("08006")),
                database("53300"))) {
            assertEquals(
                    RequestError.UNAVAILABLE, Failures.translate(failure, ID).code(), failure.toString());
        }
    }

    @Test
    void whatTookTooLongIsUnavailableForNow() {
        ApiException told = Failures.translate(new HibernateException("wrapped", database("57014")), ID);

        assertEquals(RequestError.TIMED_OUT, told.code());
        assertEquals(ErrorType.UNAVAILABLE, told.code().type());
    }

    @Test
    void ofOurOwnMistakesNothingIsTold() {
        for (Throwable failure : List.of(
                new IllegalStateException("password=secret"),
                new StackOverflowError(),
                new PersistenceException("no cause"),
                new PgException("secret", "ERROR", null, null))) {
            ApiException told = Failures.translate(failure, ID);

            assertEquals(RequestError.INTERNAL, told.code());
            assertFalse(Failures.extensions(told, ID).toString().contains("secret"));
        }
    }

    @Test
    void extensionsHaveExactlyTheFourPartsOfTheContract() {
        assertEquals(
                Map.of(
                        "type",
                        "INVALID_INPUT",
                        "code",
                        "INVALID_INPUT",
                        "params",
                        Map.of("field", "first"),
                        "requestId",
                        ID),
                Failures.extensions(ApiException.invalid("first"), ID));
    }

    @Test
    void everyTypeHasAStatusOfItsOwn() {
        List<Integer> statuses = Arrays.stream(ErrorType.values())
                .map(type -> Failures.status(new ApiException(code(type))))
                .toList();

        assertEquals(List.of(400, 401, 403, 404, 409, 412, 429, 503, 500), statuses);
        assertEquals(413, Failures.status(new ApiException(RequestError.REQUEST_TOO_LARGE)));
        assertEquals(405, Failures.status(new ApiException(RequestError.METHOD_NOT_ALLOWED)));
    }

    private static PgException database(String state) {
        return new PgException("canceling statement", "ERROR", state, null);
    }

    private static ErrorCode code(ErrorType type) {
        return new ErrorCode() {
            @Override
            public String name() {
                return "SOME_" + type;
            }

            @Override
            public ErrorType type() {
                return type;
            }
        };
    }
}
