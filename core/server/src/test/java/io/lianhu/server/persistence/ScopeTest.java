package io.lianhu.server.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.sdk.DivisionCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScopeTest {

    @Test
    void whoHoldsNothingAnywhereSeesNothing() {
        assertEquals("1 = 0", Scope.of(List.of(), "r.divisionCode").condition());
    }

    @Test
    void severalDivisionsAreAlternativesThatCannotMixWithTheRestOfTheQuery() {
        Scope scope =
                Scope.of(List.of(new DivisionCode("520115101203"), new DivisionCode("520115101204")), "r.divisionCode");

        assertEquals(
                "(r.divisionCode >= :from0 and r.divisionCode < :to0 or r.divisionCode >= :from1 and r.divisionCode < :to1)",
                scope.condition());
    }
}
