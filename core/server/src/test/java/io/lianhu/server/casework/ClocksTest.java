package io.lianhu.server.casework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Clocks in the week before the Spring Festival of 2026; hours are the usual, 08:30–12:00 and 14:00–17:30. */
final class ClocksTest {

    private static final WorkCalendar CALENDAR = new WorkCalendar(new TreeMap<>(), Map.of());
    private static final Map<String, CaseClass> CLASSES = CaseClassBaseline.read();

    private static Instant at(String local) {
        return LocalDateTime.parse("2026-" + local).toInstant(ZoneOffset.ofHours(8));
    }

    private static Deadline hours(int amount, String start) {
        return new Deadline(new TimeLimit(amount, TimeLimit.Unit.WORKING_HOUR), at(start), CALENDAR);
    }

    @Test
    void theLastQuarterOfItsTimeIsNear() {
        Deadline four = hours(4, "02-09T10:00");
        assertEquals(at("02-09T16:00"), four.dueAt());
        assertEquals(at("02-09T15:00"), four.approachingAt());
        assertEquals(ClockState.ON_TIME, four.state(at("02-09T14:59")));
        assertEquals(ClockState.APPROACHING, four.state(at("02-09T16:00")));
        assertEquals(ClockState.OVERDUE, four.state(at("02-09T16:01")));
        four.meet(at("02-09T14:30"));
        assertEquals(ClockState.ON_TIME, four.state(at("02-10T09:00")), "as it stood when it was met");
    }

    @Test
    void whatStandsStillGoesOnWithWhatWasLeft() {
        Deadline four = hours(4, "02-09T10:00");
        four.standStill(at("02-09T11:00"), at("02-11T09:00"), CALENDAR);
        assertEquals(at("02-11T12:00"), four.dueAt());
        four.goOn(at("02-10T09:00"), CALENDAR);
        assertEquals(at("02-10T12:00"), four.dueAt());
        four.goOn(at("02-10T10:00"), CALENDAR);
        assertEquals(at("02-10T12:00"), four.dueAt(), "it goes on already");
    }

    @Test
    void whatStandsStillAlreadyIsNotGivenThatTimeTwice() {
        Deadline four = hours(4, "02-09T10:00");
        four.standStill(at("02-09T11:00"), at("02-11T09:00"), CALENDAR);
        four.standStill(at("02-10T09:00"), at("02-10T14:00"), CALENDAR);
        assertEquals(at("02-11T12:00"), four.dueAt(), "a shorter one within it changes nothing");
        four.standStill(at("02-10T09:00"), at("02-12T09:00"), CALENDAR);
        assertEquals(at("02-12T12:00"), four.dueAt(), "a longer one moves it by what is longer");
        four.meet(at("02-11T10:00"));
        four.unmeet(at("02-12T09:00"), CALENDAR);
        assertEquals(at("02-12T12:00"), four.dueAt(), "handled while it stood still, and sent back");
    }

    @Test
    void anExtensionIsOfTheSameUnit() {
        Deadline days = new Deadline(new TimeLimit(2, TimeLimit.Unit.WORKING_DAY), at("02-09T10:00"), CALENDAR);
        assertEquals(at("02-11T17:30"), days.dueAt());
        days.extend(1, CALENDAR);
        assertEquals(at("02-12T17:30"), days.dueAt());
        days.standStill(at("02-10T08:30"), at("02-11T08:30"), CALENDAR);
        assertEquals(at("02-13T17:30"), days.dueAt());
        days.extend(1, CALENDAR);
        assertEquals(at("02-14T17:30"), days.dueAt(), "a Saturday that is worked on before the festival");
    }

    @Test
    void whatIsOverdueDoesNotStandStill() {
        Deadline one = hours(1, "02-09T09:00");
        one.standStill(at("02-09T11:00"), at("02-11T09:00"), CALENDAR);
        assertEquals(at("02-09T10:00"), one.dueAt());
    }

    @Test
    void whatSeemedHandledDoesNotLoseTheTimeThatTheVerificationTook() {
        Deadline four = hours(4, "02-09T10:00");
        four.meet(at("02-09T11:00"));
        four.unmeet(at("02-10T10:00"), CALENDAR);
        assertFalse(four.isMet());
        assertEquals(at("02-10T15:00"), four.dueAt());
    }

    @Test
    void theEarliestThatIsNotMetIsWhatTheCaseIsFoundBy() {
        Clocks clocks = new Clocks();
        CaseClass garbage = CaseClasses.of(CLASSES, "environment.garbage");
        clocks.begin(garbage, false, at("02-09T10:00"), CALENDAR);
        assertEquals(Optional.of(at("02-09T10:10")), clocks.dueAt());
        assertEquals(Set.of(Stage.RESPOND, Stage.REPLY), clocks.begun().keySet());
        clocks.open(garbage, at("02-09T10:05"), CALENDAR);
        clocks.meet(Set.of(Stage.RESPOND), at("02-09T10:05"));
        assertEquals(Optional.of(at("02-09T10:30")), clocks.dueAt());
        clocks.meet(Set.of(Stage.REPLY), at("02-09T10:20"));
        assertEquals(Optional.of(at("02-09T16:05")), clocks.dueAt());
        assertEquals(Optional.of(ClockState.OVERDUE), clocks.state(at("02-09T17:00")));
        assertTrue(clocks.extend(Stage.RESOLVE, 4, CALENDAR));
        assertFalse(clocks.extend(Stage.REPLY, 4, CALENDAR));
        clocks.meet(Set.of(Stage.RESOLVE), at("02-09T17:00"));
        assertEquals(Optional.empty(), clocks.dueAt());
        assertEquals(Optional.empty(), clocks.state(at("02-09T17:00")));
        clocks.unresolve(at("02-09T17:10"), CALENDAR);
        assertTrue(clocks.dueAt().isPresent());
    }

    private static final TimeLimit DAY = new TimeLimit(24, TimeLimit.Unit.HOUR);

    private static Deadline days(int amount, String start) {
        return new Deadline(new TimeLimit(amount, TimeLimit.Unit.WORKING_DAY), at(start), CALENDAR);
    }

    @Test
    void anEmergencyTightensFromTheSwitchOnAndItsEndRestores() {
        Deadline five = days(5, "02-09T10:00");
        Instant usual = five.dueAt();
        assertEquals(at("02-14T17:30"), usual, "a Saturday that is worked on");
        assertTrue(five.follow(at("02-10T20:00"), DAY, CALENDAR).isNegative());
        assertEquals(at("02-11T20:00"), five.dueAt());
        assertEquals(at("02-11T14:00"), five.approachingAt());
        assertEquals(ClockState.OVERDUE, five.state(at("02-11T20:01")));
        assertTrue(five.follow(at("02-10T20:00"), DAY, CALENDAR).isZero(), "once more changes nothing");
        five.reckon(CALENDAR);
        assertEquals(at("02-11T20:00"), five.dueAt());
        assertFalse(five.follow(null, DAY, CALENDAR).isNegative());
        assertEquals(usual, five.dueAt());
        assertEquals(ClockState.ON_TIME, five.state(at("02-11T20:01")));
        assertNull(five.emergencyLimit());
    }

    @Test
    void anEmergencyNeverLengthens() {
        Deadline four = hours(4, "02-09T10:00");
        assertTrue(four.follow(at("02-09T11:00"), DAY, CALENDAR).isZero());
        assertEquals(at("02-09T16:00"), four.dueAt());
    }

    @Test
    void whatBeginsInAnEmergencyHasItsTimeFromItsBeginning() {
        Deadline five = days(5, "02-10T10:00");
        five.follow(at("02-09T08:00"), DAY, CALENDAR);
        assertEquals(at("02-11T10:00"), five.dueAt());
        five.follow(null, DAY, CALENDAR);
        assertEquals(days(5, "02-10T10:00").dueAt(), five.dueAt());
    }

    @Test
    void anEndThatWasMissedDoesNoHarm() {
        Deadline missed = days(5, "02-09T10:00");
        missed.follow(at("02-09T12:00"), DAY, CALENDAR);
        missed.follow(at("02-11T12:00"), DAY, CALENDAR);
        Deadline followed = days(5, "02-09T10:00");
        followed.follow(at("02-09T12:00"), DAY, CALENDAR);
        followed.follow(null, DAY, CALENDAR);
        followed.follow(at("02-11T12:00"), DAY, CALENDAR);
        assertEquals(at("02-12T12:00"), followed.dueAt());
        assertEquals(followed.dueAt(), missed.dueAt());
    }

    @Test
    void bothLimitsStandStillAndAreExtended() {
        Deadline five = days(5, "02-09T10:00");
        five.follow(at("02-09T12:00"), DAY, CALENDAR);
        five.standStill(at("02-09T18:00"), at("02-11T18:00"), CALENDAR);
        assertEquals(at("02-12T12:00"), five.dueAt(), "18 of 24 hours were left");
        five.extend(1, CALENDAR);
        assertEquals(at("02-13T17:30"), five.dueAt(), "a working day after the 12th");
        five.follow(null, DAY, CALENDAR);
        Deadline usual = days(5, "02-09T10:00");
        usual.standStill(at("02-09T18:00"), at("02-11T18:00"), CALENDAR);
        usual.extend(1, CALENDAR);
        assertEquals(usual.dueAt(), five.dueAt());
    }

    @Test
    void whatStandsStillInTheSwitchHasTheEmergencyLimitWhenItGoesOn() {
        Deadline five = days(5, "02-09T10:00");
        five.standStill(at("02-09T12:00"), at("02-11T12:00"), CALENDAR);
        five.follow(at("02-10T12:00"), DAY, CALENDAR);
        assertEquals(at("02-12T12:00"), five.dueAt());
        five.goOn(at("02-10T14:00"), CALENDAR);
        assertEquals(at("02-11T14:00"), five.dueAt());
    }

    @Test
    void whatIsMetStaysAsItWasMet() {
        Deadline five = days(5, "02-09T10:00");
        five.follow(at("02-09T12:00"), DAY, CALENDAR);
        five.meet(at("02-10T13:00"));
        assertTrue(five.follow(null, DAY, CALENDAR).isZero());
        assertEquals(ClockState.OVERDUE, five.state(at("02-20T12:00")));
        five.unmeet(at("02-10T14:00"), CALENDAR);
        five.follow(null, DAY, CALENDAR);
        assertEquals(days(5, "02-09T10:00").dueAt(), five.dueAt(), "handled and sent back within one working day");
    }

    private static Deadline inTwoEmergencies(String first, String second, Consumer<Deadline> meanwhile) {
        Deadline five = days(5, "02-09T10:00");
        five.follow(at(first), DAY, CALENDAR);
        meanwhile.accept(five);
        five.follow(at(second), DAY, CALENDAR);
        return five;
    }

    @Test
    void whatWasGrantedIsKeptWhereOneOfTwoEmergenciesEnds() {
        Deadline five = inTwoEmergencies("02-09T12:00", "02-09T20:00", one -> one.extend(1, CALENDAR));
        assertEquals(at("02-11T17:30"), five.dueAt(), "a working day after the 10th at 20:00");
        assertEquals(DAY, five.emergencyLimit());
        five.follow(at("02-10T20:00"), DAY, CALENDAR);
        assertEquals(at("02-12T17:30"), five.dueAt(), "as often as they end");
        five.follow(null, DAY, CALENDAR);
        assertEquals(6, five.limit().amount());
        assertEquals(days(6, "02-09T10:00").dueAt(), five.dueAt());
    }

    @Test
    void whatWasGrantedInHoursThatAreWorkedIsKeptAfterAStandstillToo() {
        TimeLimit two = new TimeLimit(2, TimeLimit.Unit.WORKING_HOUR);
        Deadline four = hours(4, "02-09T08:30");
        four.follow(at("02-09T08:30"), two, CALENDAR);
        four.standStill(at("02-09T09:30"), at("02-10T08:30"), CALENDAR);
        four.extend(1, CALENDAR);
        assertEquals(at("02-10T10:30"), four.dueAt());
        four.follow(at("02-09T09:00"), two, CALENDAR);
        assertEquals(at("02-10T11:00"), four.dueAt(), "half an hour was used");
        assertEquals(two, four.emergencyLimit());
        four.follow(null, two, CALENDAR);
        assertEquals(5, four.limit().amount());
        assertEquals(at("02-10T14:30"), four.dueAt());
    }

    @Test
    void whatWasUsedBeforeAStandstillIsUsedWhereOneOfTwoEmergenciesEnds() {
        Deadline once = inTwoEmergencies(
                "02-09T12:00", "02-09T14:00", one -> one.standStill(at("02-09T18:00"), at("02-11T18:00"), CALENDAR));
        assertEquals(at("02-12T14:00"), once.dueAt(), "20 of 24 hours were left");
        Deadline twice = inTwoEmergencies("02-09T12:00", "02-09T14:00", one -> {
            one.standStill(at("02-09T18:00"), at("02-11T18:00"), CALENDAR);
            one.goOn(at("02-10T08:00"), CALENDAR);
            one.standStill(at("02-10T12:00"), at("02-11T12:00"), CALENDAR);
        });
        assertEquals(at("02-12T04:00"), twice.dueAt(), "16 of 24 hours were left");
        twice.follow(at("02-09T12:00"), DAY, CALENDAR);
        assertEquals(at("02-12T02:00"), twice.dueAt());
        Deadline between = inTwoEmergencies("02-09T12:00", "02-10T12:00", one -> {
            one.standStill(at("02-09T18:00"), at("02-10T06:00"), CALENDAR);
            one.meet(at("02-10T18:00"));
            one.unmeet(at("02-10T20:00"), CALENDAR);
        });
        assertEquals(at("02-11T14:00"), between.dueAt(), "only what came after the switch");
    }

    @Test
    void theWholeTimeIsThatOfTheLimitWhateverOfItIsUsed() {
        Deadline four = hours(4, "02-09T10:00");
        four.standStill(at("02-09T11:00"), at("02-11T09:00"), CALENDAR);
        assertEquals(Duration.ofHours(4), four.whole());
        assertEquals(at("02-11T11:00"), four.approachingAt(), "the last hour of four");
        four.standStill(at("02-11T11:30"), at("02-12T09:00"), CALENDAR);
        assertEquals(at("02-12T09:30"), four.dueAt());
        assertEquals(at("02-12T09:00"), four.approachingAt(), "less than the last hour was left");
        assertEquals(ClockState.APPROACHING, four.state(at("02-12T09:00")));
        four.extend(4, CALENDAR);
        assertEquals(8, four.limit().amount());
        assertEquals(Duration.ofHours(8), four.whole());
        assertEquals(at("02-12T15:30"), four.dueAt());
        assertEquals(at("02-12T11:30"), four.approachingAt(), "the last two of eight");
    }

    @Test
    void theWholeTimeIsThatOfTheLimitThatIsOverFirst() {
        Deadline five = days(5, "02-09T10:00");
        assertEquals(Duration.ofMinutes(40 * 60 + 30), five.whole(), "the first day's rest, and five of 7 hours");
        five.follow(at("02-09T12:00"), DAY, CALENDAR);
        assertEquals(DAY, five.governing());
        assertEquals(Duration.ofHours(24), five.whole());
        five.standStill(at("02-09T18:00"), at("02-11T18:00"), CALENDAR);
        assertEquals(Duration.ofHours(24), five.whole());
        assertEquals(at("02-12T06:00"), five.approachingAt());
        five.follow(null, DAY, CALENDAR);
        assertEquals(TimeLimit.Unit.WORKING_DAY, five.governing().unit());
        assertEquals(Duration.ofMinutes(40 * 60 + 30), five.whole());
    }

    @Test
    void whatIsHandledWhileItStandsStillStandsStillWhenItIsSentBackAndCanBeResumed() {
        Clocks clocks = new Clocks();
        CaseClass garbage = CaseClasses.of(CLASSES, "environment.garbage");
        clocks.begin(garbage, true, at("02-09T10:00"), CALENDAR);
        clocks.meet(Set.of(Stage.RESPOND, Stage.REPLY), at("02-09T10:00"));
        clocks.suspend(at("02-09T11:00"), at("02-12T09:00"), CALENDAR);
        clocks.meet(Set.of(Stage.RESOLVE), at("02-10T10:00"));
        assertEquals(Optional.empty(), clocks.suspendedUntil(at("02-10T11:00")), "nothing is left to stand still");
        clocks.unresolve(at("02-11T09:00"), CALENDAR);
        assertEquals(Optional.of(at("02-12T09:00")), clocks.suspendedUntil(at("02-11T09:00")));
        clocks.resume(at("02-11T10:00"), CALENDAR);
        assertEquals(Optional.of(at("02-11T15:00")), clocks.dueAt(), "three of four hours were left");
        assertEquals(Optional.empty(), clocks.suspendedUntil(at("02-11T10:00")));
    }
}
