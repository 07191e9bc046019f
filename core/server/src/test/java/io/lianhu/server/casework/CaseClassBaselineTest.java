package io.lianhu.server.casework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.calendar.TimeLimit;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CaseClassBaselineTest {

    /** Those of version 1: cases and rules of points bear them, so that none may ever go. */
    private static final Set<String> FIRST = Set.of(
            "environment.garbage",
            "environment.road-dirt",
            "environment.piles",
            "environment.sewage",
            "environment.burning",
            "facility.street-lamp",
            "facility.manhole",
            "facility.road",
            "facility.water",
            "safety.hazard",
            "safety.fire",
            "security.clue",
            "neighbours.dispute",
            "neighbours.noise",
            "care.elder",
            "other.other");

    private final Map<String, CaseClass> classes = CaseClassBaseline.read();

    @Test
    void noCodeOfTheFirstVersionIsGone() {
        assertTrue(classes.keySet().containsAll(FIRST));
    }

    @Test
    void aCodeBeginsWithThatOfItsBroadClass() {
        classes.forEach((code, one) -> {
            assertEquals(code, one.code());
            assertEquals(one.group().code(), code.substring(0, code.indexOf('.')));
            assertTrue(one.enabled());
        });
    }

    @Test
    void aLimitIsAnAmountAndAUnit() {
        assertEquals(new Limit(4, TimeLimit.Unit.WORKING_HOUR), Limit.parse("4 WORKING_HOUR"));
        assertThrows(ApiException.class, () -> Limit.parse("0 HOUR"));
        assertThrows(IllegalArgumentException.class, () -> Limit.parse("4 hours"));
    }
}
