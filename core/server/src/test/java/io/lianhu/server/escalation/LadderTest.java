package io.lianhu.server.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lianhu.server.calendar.TimeLimit.Unit;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.escalation.Ladder.Climb;
import io.lianhu.server.escalation.Ladder.Rung;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A stage goes up level by level, each so much later, past levels where nobody is")
final class LadderTest {

    private static final WorkCalendar CALENDAR = new WorkCalendar(new TreeMap<>(), Map.of());
    private static final Set<Level> EVERYWHERE = EnumSet.allOf(Level.class);

    /** In China, on a day of the week of Tuesday, 3 March 2026. */
    private static Instant at(String dayAndTime) {
        return OffsetDateTime.parse("2026-03-" + dayAndTime + ":00+08:00").toInstant();
    }

    private static OverdueStage minutes(int reached) {
        return new OverdueStage("RESPOND", 40, Unit.MINUTE, at("03T10:30"), at("03T10:40"), null, reached);
    }

    private static Climb climb(Level lowest, Set<Level> held, Instant now, OverdueStage... stages) {
        return new Ladder(lowest, Rule.USUAL, CALENDAR, held::contains).climb(List.of(stages), now);
    }

    private static List<String> rungs(Climb climb) {
        return climb.rungs().stream()
                .map(rung -> rung.stage().stage() + " " + rung.from() + ">" + rung.level())
                .toList();
    }

    @Test
    @DisplayName("Nothing goes up before the time is over, nor at the very moment")
    void notBefore() {
        Climb early = climb(Level.VILLAGE, EVERYWHERE, at("03T10:40"), minutes(0));
        assertEquals(List.of(), early.rungs());
        assertEquals(at("03T10:40"), early.next());
    }

    @Test
    @DisplayName("The village at once, the town after half as long again, the county after as long again")
    void levels() {
        Climb village = climb(Level.VILLAGE, EVERYWHERE, at("03T10:41"), minutes(0));
        assertEquals(List.of("RESPOND VILLAGE>VILLAGE"), rungs(village));
        assertEquals(at("03T11:00"), village.next());
        Climb town = climb(Level.VILLAGE, EVERYWHERE, at("03T11:01"), minutes(1));
        assertEquals(List.of("RESPOND TOWN>TOWN"), rungs(town));
        assertEquals(at("03T11:20"), town.next());
        Climb county = climb(Level.VILLAGE, EVERYWHERE, at("03T11:21"), minutes(2));
        assertEquals(List.of("RESPOND COUNTY>COUNTY"), rungs(county));
        assertNull(county.next());
        assertNull(climb(Level.VILLAGE, EVERYWHERE, at("03T11:21"), minutes(3)).next());
    }

    @Test
    @DisplayName("What nobody looked after for long is told at every level it has come to")
    void afterAnOutage() {
        Climb all = climb(Level.VILLAGE, EVERYWHERE, at("04T10:00"), minutes(0));
        assertEquals(List.of("RESPOND VILLAGE>VILLAGE", "RESPOND TOWN>TOWN", "RESPOND COUNTY>COUNTY"), rungs(all));
    }

    @Test
    @DisplayName("Where nobody is in post it goes up at once, and to the county whether somebody is there or not")
    void vacancies() {
        Climb town = climb(Level.VILLAGE, EnumSet.of(Level.TOWN), at("03T10:41"), minutes(0));
        assertEquals(List.of("RESPOND VILLAGE>TOWN"), rungs(town));
        assertEquals(at("03T11:20"), town.next());
        Climb nobody = climb(Level.VILLAGE, EnumSet.noneOf(Level.class), at("03T10:41"), minutes(0));
        assertEquals(List.of("RESPOND VILLAGE>COUNTY"), rungs(nobody));
        assertNull(nobody.next());
    }

    @Test
    @DisplayName("A case that begins at the town is told there when the time is over")
    void beginningAtTheTown() {
        Climb town = climb(Level.TOWN, EVERYWHERE, at("03T10:41"), minutes(0));
        assertEquals(List.of("RESPOND TOWN>TOWN"), rungs(town));
        assertEquals(at("03T11:20"), town.next());
    }

    @Test
    @DisplayName("Working time goes on counting as working time")
    void workingTime() {
        // eight hours from Monday 09:00; the last two of them are Tuesday's until 10:00
        OverdueStage hours = new OverdueStage("REPLY", 8, Unit.WORKING_HOUR, at("02T16:30"), at("03T10:00"), null, 1);
        Climb town = climb(Level.VILLAGE, EVERYWHERE, at("03T10:01"), hours);
        assertEquals(List.of(), town.rungs());
        // quarter: 60 + 90 minutes; half of the whole: five hours, two before noon and three after it
        assertEquals(at("03T17:00"), town.next());
    }

    @Test
    @DisplayName("What stood still goes up by parts of all the time it had, not of what was left when it went on")
    void afterStandingStill() {
        OverdueStage late =
                new OverdueStage("REPLY", 8, Unit.WORKING_HOUR, at("03T09:45"), at("03T10:00"), 8 * 3_600L, 1);
        assertEquals(
                at("03T16:00"),
                climb(Level.VILLAGE, EVERYWHERE, at("03T10:01"), late).next());
    }

    @Test
    @DisplayName("Each stage goes up by itself, and the case is looked at when the first of them is to")
    void stages() {
        OverdueStage resolve = new OverdueStage("RESOLVE", 24, Unit.HOUR, at("03T06:00"), at("03T12:00"), null, 0);
        Climb climb = climb(Level.VILLAGE, EVERYWHERE, at("03T10:41"), minutes(0), resolve);
        assertEquals(List.of("RESPOND VILLAGE>VILLAGE"), rungs(climb));
        assertEquals(at("03T11:00"), climb.next());
        Climb later = climb(Level.VILLAGE, EVERYWHERE, at("03T11:30"), minutes(3), resolve);
        assertEquals(at("03T12:00"), later.next());
    }

    @Test
    @DisplayName("The reason names stage, limit, end and delay, and the level where nobody is")
    void reasons() {
        Rung rung = new Rung(minutes(0), Level.VILLAGE, Level.TOWN);
        assertEquals(
                "响应时限40分钟，应于2026-03-03 10:40前完成，已超期1小时5分钟。村级暂无人在岗，逐级上提。督办至镇级。",
                EscalationWords.note(rung, at("03T11:45")));
        assertEquals(
                "Response was limited to 40 minutes, until 2026-03-03 10:40, and is overdue by 1 hours 5 minutes."
                        + " Nobody is in post at the village, so it went up.",
                EscalationWords.reason(rung, at("03T11:45"), Locale.ENGLISH));
    }
}
