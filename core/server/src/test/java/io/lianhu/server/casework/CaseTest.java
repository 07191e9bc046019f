package io.lianhu.server.casework;

import static io.lianhu.server.casework.CaseState.AWAITING_DISPATCH;
import static io.lianhu.server.casework.CaseState.AWAITING_VERIFICATION;
import static io.lianhu.server.casework.CaseState.CLOSED;
import static io.lianhu.server.casework.CaseState.DISPATCHED;
import static io.lianhu.server.casework.CaseState.HANDLED;
import static io.lianhu.server.casework.CaseState.MERGED;
import static io.lianhu.server.casework.CaseState.REFERRED;
import static io.lianhu.server.casework.CaseState.REFUSED;
import static io.lianhu.server.casework.CaseState.WITHDRAWN;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Resident;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.post.Posts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    private static final Map<String, CaseClass> CLASSES = CaseClassBaseline.read();
    private static final CaseClass GARBAGE = CaseClasses.of(CLASSES, "environment.garbage");

    private static final ClockBasis BASIS = new ClockBasis(new WorkCalendar(new TreeMap<>(), Map.of()), List.of());

    private static final Map<CaseAction, Consumer<Case>> STEPS = Map.ofEntries(
            entry(CaseAction.ACCEPT, one -> one.accept(GARBAGE)),
            entry(CaseAction.REFUSE, one -> one.end(CaseAction.REFUSE, "不属实", null, NOW)),
            entry(CaseAction.REFER, one -> one.end(CaseAction.REFER, "信访", "信访局", NOW)),
            entry(CaseAction.DISPATCH, one -> one.give(Assignee.gridWorker(OTHER))),
            entry(CaseAction.RETURN, one -> one.giveBack("worker")),
            entry(CaseAction.TRANSFER, one -> one.passOn(CaseAction.TRANSFER, Assignee.gridWorker(OTHER), "worker")),
            entry(CaseAction.ESCALATE, one -> one.passOn(CaseAction.ESCALATE, Assignee.village("高寨村"), "worker")),
            entry(CaseAction.ASK_PART, one -> one.move(CaseAction.ASK_PART)),
            entry(CaseAction.DO_PART, one -> one.move(CaseAction.DO_PART)),
            entry(CaseAction.RETURN_PART, one -> one.move(CaseAction.RETURN_PART)),
            entry(CaseAction.CANCEL_PART, one -> one.move(CaseAction.CANCEL_PART)),
            entry(CaseAction.REPLY, one -> one.move(CaseAction.REPLY)),
            entry(CaseAction.HANDLE, one -> one.handle("worker")),
            entry(CaseAction.STAND_DOWN, Case::standDown),
            entry(CaseAction.REQUEST_EXTENSION, one -> one.move(CaseAction.REQUEST_EXTENSION)),
            entry(CaseAction.REQUEST_SUSPENSION, one -> one.move(CaseAction.REQUEST_SUSPENSION)),
            entry(CaseAction.GRANT, one -> one.move(CaseAction.GRANT)),
            entry(CaseAction.DENY, one -> one.move(CaseAction.DENY)),
            entry(CaseAction.RESUME, one -> one.move(CaseAction.RESUME)),
            entry(CaseAction.URGE, one -> one.urge(false, NOW)),
            entry(CaseAction.WITHDRAW, one -> one.end(CaseAction.WITHDRAW, null, null, NOW)),
            entry(CaseAction.SEND_BACK, one -> one.sendBack(true)),
            entry(CaseAction.CLOSE, one -> one.close(NOW)),
            entry(CaseAction.MERGE, one -> one.merge(new UUID(6, 6), NOW)),
            entry(CaseAction.UNMERGE, one -> one.unmerge(true, NOW, BASIS, GARBAGE)),
            entry(CaseAction.RATE, one -> one.rate(5, "很快", NOW)),
            entry(CaseAction.REOPEN, one -> one.reopen(true, NOW)));

    /** Where each step leads; every step that does not stand here is refused. */
    private static final Map<CaseState, Map<CaseAction, CaseState>> ALLOWED = Map.of(
            AWAITING_VERIFICATION,
                    Map.of(
                            CaseAction.ACCEPT, AWAITING_DISPATCH,
                            CaseAction.REFUSE, REFUSED,
                            CaseAction.REFER, REFERRED,
                            CaseAction.URGE, AWAITING_VERIFICATION,
                            CaseAction.MERGE, MERGED,
                            CaseAction.WITHDRAW, WITHDRAWN),
            AWAITING_DISPATCH,
                    Map.of(
                            CaseAction.DISPATCH, DISPATCHED,
                            CaseAction.DO_PART, AWAITING_DISPATCH,
                            CaseAction.RETURN_PART, AWAITING_DISPATCH,
                            CaseAction.CANCEL_PART, AWAITING_DISPATCH,
                            CaseAction.REFER, REFERRED,
                            CaseAction.URGE, AWAITING_DISPATCH,
                            CaseAction.MERGE, MERGED,
                            CaseAction.WITHDRAW, WITHDRAWN),
            DISPATCHED,
                    Map.ofEntries(
                            entry(CaseAction.DISPATCH, DISPATCHED),
                            entry(CaseAction.RETURN, AWAITING_DISPATCH),
                            entry(CaseAction.TRANSFER, DISPATCHED),
                            entry(CaseAction.ESCALATE, DISPATCHED),
                            entry(CaseAction.ASK_PART, DISPATCHED),
                            entry(CaseAction.DO_PART, DISPATCHED),
                            entry(CaseAction.RETURN_PART, DISPATCHED),
                            entry(CaseAction.CANCEL_PART, DISPATCHED),
                            entry(CaseAction.REPLY, DISPATCHED),
                            entry(CaseAction.HANDLE, HANDLED),
                            entry(CaseAction.STAND_DOWN, AWAITING_DISPATCH),
                            entry(CaseAction.REQUEST_EXTENSION, DISPATCHED),
                            entry(CaseAction.REQUEST_SUSPENSION, DISPATCHED),
                            entry(CaseAction.GRANT, DISPATCHED),
                            entry(CaseAction.DENY, DISPATCHED),
                            entry(CaseAction.RESUME, DISPATCHED),
                            entry(CaseAction.REFER, REFERRED),
                            entry(CaseAction.URGE, DISPATCHED),
                            entry(CaseAction.MERGE, MERGED),
                            entry(CaseAction.WITHDRAW, WITHDRAWN)),
            HANDLED, Map.of(CaseAction.SEND_BACK, DISPATCHED, CaseAction.CLOSE, CLOSED, CaseAction.URGE, HANDLED),
            CLOSED, Map.of(CaseAction.RATE, CLOSED, CaseAction.REOPEN, DISPATCHED),
            REFUSED, Map.of(),
            REFERRED, Map.of(),
            WITHDRAWN, Map.of(),
            MERGED, Map.of(CaseAction.UNMERGE, DISPATCHED));

    @Test
    void everyStepThatSomebodyTakesIsTried() {
        Set<CaseAction> taken = new HashSet<>(Set.of(CaseAction.values()));
        taken.removeAll(Set.of(
                CaseAction.REPORT,
                CaseAction.RELEASE,
                CaseAction.MOVE,
                CaseAction.TIGHTEN,
                CaseAction.RESTORE,
                CaseAction.SUPERVISE));
        assertEquals(taken, STEPS.keySet());
    }

    @Test
    void aCaseIsNotHandledWhileAPartIsOpen() {
        Case one = in(DISPATCHED);
        one.support(Set.of(new UUID(7, 7)), 1);
        assertEquals(CaseError.CASE_PARTS_OPEN, refused(() -> one.handle("worker")));
        assertEquals(DISPATCHED, one.getState());
        one.support(Set.of(new UUID(7, 7)), 0);
        one.handle("worker");
        assertEquals(HANDLED, one.getState());
    }

    @Test
    void aReporterUrgesOnceADay() {
        Case one = in(DISPATCHED);
        one.urge(true, NOW);
        one.urge(false, NOW);
        assertEquals(CaseError.CASE_URGED, refused(() -> one.urge(true, NOW.plus(Duration.ofHours(5)))));
        one.urge(true, NOW.plus(Duration.ofHours(6))); // midnight in China
        assertEquals(3, one.getUrged());
    }

    @Test
    void aPetitionIsNotOpenedUnlessItIsOfAnotherClass() {
        Case one = report(CaseClasses.of(CLASSES, "petition.petition"));
        assertEquals(AWAITING_VERIFICATION, one.getState());
        assertEquals(CaseError.CASE_PETITION, refused(() -> one.accept(CaseClasses.of(CLASSES, "petition.petition"))));
        one.accept(GARBAGE);
        assertEquals("environment.garbage", one.getClassCode());
    }

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
        assertEquals(Optional.empty(), sentBack.assignee());

        Case reopened = in(CLOSED);
        reopened.reopen(false, NOW);
        assertEquals(AWAITING_DISPATCH, reopened.getState());
        assertNull(reopened.getAssigneeName());
        reopened.give(Assignee.gridWorker(OTHER));
        assertEquals("李网格", reopened.getAssigneeName());
    }

    @Test
    void aCaseIsRatedOncePerClosing() {
        Case one = in(CLOSED);
        one.rate(2, null, NOW);

        assertEquals(CaseError.CASE_RATED, refused(() -> one.rate(5, null, NOW)));

        one.reopen(true, NOW);
        assertNull(one.getStars());
        one.handle("worker");
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
        one.handle("worker");
        one.close(end);
        assertEquals(CaseError.CASE_REOPEN_OVER, refused(() -> one.reopen(true, end)));
    }

    private static Object refused(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(ApiException.class, call).code();
    }

    private static Case in(CaseState state) {
        Case one = report(state == AWAITING_VERIFICATION ? CaseClasses.of(CLASSES, "building.illegal") : GARBAGE);
        switch (state) {
            case AWAITING_VERIFICATION, AWAITING_DISPATCH -> {}
            case DISPATCHED -> give(one);
            case HANDLED -> handle(one);
            case CLOSED -> {
                handle(one);
                one.close(NOW);
            }
            case REFUSED -> {
                Case doubtful = in(AWAITING_VERIFICATION);
                doubtful.end(CaseAction.REFUSE, "不属实", null, NOW);
                return doubtful;
            }
            case REFERRED -> one.end(CaseAction.REFER, "信访", "信访局", NOW);
            case MERGED -> {
                give(one);
                one.merge(new UUID(6, 6), NOW);
            }
            case WITHDRAWN -> one.end(CaseAction.WITHDRAW, null, null, NOW);
        }
        assertEquals(state, one.getState());
        return one;
    }

    private static void give(Case one) {
        one.give(Assignee.gridWorker(WORKER));
    }

    private static void handle(Case one) {
        give(one);
        one.handle("worker");
    }

    private static Case report(CaseClass caseClass) {
        ReportCase.Report report = new ReportCase.Report(
                caseClass.code(),
                " 转角处发现有垃圾 ",
                Optional.empty(),
                Optional.of("村口"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        Resident resident = new Resident(new UUID(4, 4), "翟小梅", new UUID(5, 5), GROUP);
        return new Case(
                "5201152611220001",
                new Intake(
                        CaseSource.RESIDENT,
                        caseClass,
                        report,
                        new Divisions.Division(new UUID(3, 3), GROUP, "第一联户组"),
                        new Reporter(resident, "subject"),
                        null),
                NOW);
    }
}
