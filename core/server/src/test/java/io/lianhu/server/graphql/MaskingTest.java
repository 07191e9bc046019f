package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.PersonalRecord;
import io.lianhu.server.graphql.Masking.Kind;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MaskingTest {

    private static final String SEE = "residents:particulars";

    private record Somebody(String subject, DivisionCode home) implements PersonalRecord {
        @Override
        public boolean isOf(Actor actor) {
            return actor.subject().equals(subject);
        }
    }

    private static final Somebody PERSON = new Somebody("person", new DivisionCode("520115001001001"));

    private static Actor actor(String subject, String division) {
        return new Actor(
                subject,
                Optional.empty(),
                List.of(new Actor.Post(Role.GRID_WORKER, new DivisionCode(division))),
                permission -> permission.equals(SEE) ? Set.of(Role.GRID_WORKER) : Set.of());
    }

    private static @Nullable Object masked(Kind kind, Object value) {
        return new Masking(kind, null).mask(actor("", "520115"), PERSON, value);
    }

    @Test
    void eachKindIsMaskedInItsOwnWayAndWhatIsMaskedStaysSo() {
        assertEquals("138****5678", masked(Kind.TELEPHONE, "13812345678"));
        assertEquals("138****5678", masked(Kind.TELEPHONE, "138****5678"));
        assertEquals("****", masked(Kind.TELEPHONE, "12345"));
        assertEquals("5****************X", masked(Kind.ID_NUMBER, "52012219800101001X"));
        assertEquals("5****************X", masked(Kind.ID_NUMBER, "5****************X"));
        assertEquals("****", masked(Kind.ADDRESS, "高寨村12号"));
        assertEquals("翟**", masked(Kind.NAME, "翟小梅"));
        assertEquals("𠮷**", masked(Kind.NAME, "𠮷田"));
        assertNull(masked(Kind.BIRTH_DATE, LocalDate.of(1980, 1, 1)));
    }

    @Test
    void whateverAResolverAnswersWithIsMaskedWhenItComes() {
        assertEquals(Optional.of("****"), masked(Kind.ADDRESS, Optional.of("12号")));
        assertEquals(Optional.empty(), masked(Kind.ADDRESS, Optional.empty()));
        assertEquals(
                "****", ((CompletableFuture<?>) masked(Kind.ADDRESS, CompletableFuture.completedFuture("12号"))).join());
    }

    @Test
    void onlyThePersonAndWhoHoldsThePermissionOverTheHomeSeeItClear() {
        Masking address = new Masking(Kind.ADDRESS, SEE);
        assertEquals("12号", address.mask(actor("person", "520115002"), PERSON, "12号"));
        assertEquals("12号", address.mask(actor("worker", "520115001001"), PERSON, "12号"));
        assertEquals("****", address.mask(actor("worker", "520115002"), PERSON, "12号"));
        assertEquals("****", address.mask(actor("worker", "520115001001"), "no record of a person's", "12号"));
        assertEquals("****", new Masking(Kind.ADDRESS, "other").mask(actor("worker", "520115"), PERSON, "12号"));
    }
}
