package io.lianhu.server.casework;

import static io.lianhu.server.casework.CaseState.AWAITING_DISPATCH;
import static io.lianhu.server.casework.CaseState.CLOSED;
import static io.lianhu.server.casework.CaseState.DISPATCHED;
import static io.lianhu.server.casework.CaseState.HANDLED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Resident;
import io.lianhu.server.post.Posts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class CaseTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final DivisionCode GROUP = new DivisionCode("52011510120300101");
    private static final Posts.Holder WORKER = new Posts.Holder(new UUID(1, 1), "worker", "王网格");
    private static final Posts.Holder OTHER = new Posts.Holder(new UUID(2, 2), "other", "李网格");

    private static final Map<CaseAction, Consumer<Case>> STEPS = Map.of(
            CaseAction.DISPATCH, one -> one.dispatch(OTHER),
            CaseAction.HANDLE, Case::handle,
            CaseAction.SEND_BACK, one -> one.sendBack(true),
            CaseAction.CLOSE, one -> one.close(NOW),
            CaseAction.RATE, one -> one.rate(5, "很快", NOW),
            CaseAction.REOPEN, one -> one.reopen(true, NOW));

    /** Where each step leads; every step that does not stand here is refused. */
    private static final Map<CaseState, Map<CaseAction, CaseState>> ALLOWED = Map.of(
            AWAITING_DISPATCH, Map.of(CaseAction.DISPATCH, DISPATCHED),
            DISPATCHED, Map.of(CaseAction.DISPATCH, DISPATCHED, CaseAction.HANDLE, HANDLED),
            HANDLED, Map.of(CaseAction.SEND_BACK, DISPATCHED, CaseAction.CLOSE, CLOSED),
            CLOSED, Map.of(CaseAction.RATE, CLOSED, CaseAction.REOPEN, DISPATCHED));

    @TestFactory
    List<DynamicTest> everyStepIsEitherInTheTableOrRefused() {
        return List.of(CaseState.values()).stream()
                .flatMap(state -> STEPS.keySet().stream()
                        .map(step -> DynamicTest.dynamicTest(state + " " + step, () -> tryStep(state, step))))
                .toList();
    }

    private static void tryStep(CaseState state, CaseAction step) {
        Case one = in(state);
        CaseState next = ALLOWED.get(state).get(step);
        if (next != null) {
            STEPS.get(step).accept(one);
            assertEquals(next, one.getState());
        } else {
            ApiException refusal =
                    assertThrows(ApiException.class, () -> STEPS.get(step).accept(one));
            assertEquals(CaseError.CASE_STATE, refusal.code());
            assertEquals(state, refusal.params().get("state"));
            assertEquals(state, one.getState(), "a refused step changes nothing");
        }
    }

    @Test
    void aReportGoesToTheGridWorkerAtOnceWhereThereIsOne() {
        assertEquals("王网格", in(DISPATCHED).getAssigneeName());
        assertNull(in(AWAITING_DISPATCH).getAssigneeName());
    }

    @Test
    void aCaseDoesNotGoBackToWhoHasLeft() {
        Case sentBack = in(HANDLED);
        sentBack.sendBack(false);
        assertEquals(AWAITING_DISPATCH, sentBack.getState());
        assertNull(sentBack.getAssigneeName());
        assertNull(sentBack.assigneeSubject());

        Case reopened = in(CLOSED);
        reopened.reopen(false, NOW);
        assertEquals(AWAITING_DISPATCH, reopened.getState());
        assertNull(reopened.getAssigneeName());
        reopened.dispatch(OTHER);
        assertEquals("李网格", reopened.getAssigneeName());
    }

    @Test
    void aCaseIsRatedOncePerClosing() {
        Case one = in(CLOSED);
        one.rate(2, null, NOW);

        assertEquals(CaseError.CASE_RATED, refused(() -> one.rate(5, null, NOW)));

        one.reopen(true, NOW);
        assertNull(one.getStars());
        one.handle();
        one.close(NOW);
        one.rate(5, null, NOW);
        assertEquals(5, one.getStars());
        assertEquals(2, one.getRound());
    }

    @Test
    void aCaseIsReopenedOnceAndOnlyWithinTheWindow() {
        Case late = in(CLOSED);
        Instant end = NOW.plus(Case.REOPEN_WINDOW);
        assertEquals(CaseError.CASE_REOPEN_OVER, refused(() -> late.reopen(true, end.plus(Duration.ofMillis(1)))));
        assertNotNull(late.getClosedAt());

        Case one = in(CLOSED);
        one.reopen(true, end);
        assertNull(one.getClosedAt());
        one.handle();
        one.close(end);
        assertEquals(CaseError.CASE_REOPEN_OVER, refused(() -> one.reopen(true, end)));
    }

    private static Object refused(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(ApiException.class, call).code();
    }

    private static Case in(CaseState state) {
        Case one = report(state == AWAITING_DISPATCH ? Optional.empty() : Optional.of(WORKER));
        if (state == HANDLED || state == CLOSED) {
            one.handle();
        }
        if (state == CLOSED) {
            one.close(NOW);
        }
        assertEquals(state, one.getState());
        return one;
    }

    private static Case report(Optional<Posts.Holder> gridWorker) {
        return new Case(
                "5201152611220001",
                new ReportCase.Report(
                        "environment.garbage",
                        " 转角处发现有垃圾 ",
                        Optional.empty(),
                        Optional.of("村口"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                new Divisions.Division(new UUID(3, 3), GROUP, "第一联户组"),
                new Resident(new UUID(4, 4), "翟小梅", new UUID(5, 5), GROUP),
                "subject",
                gridWorker,
                NOW);
    }
}
