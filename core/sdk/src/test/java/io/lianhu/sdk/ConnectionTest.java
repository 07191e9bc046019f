package io.lianhu.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ConnectionTest {

    private static final List<UUID> ROWS =
            LongStream.rangeClosed(1, 4).mapToObj(n -> new UUID(n, n)).toList();

    @Test
    void theRowBeyondThePageTellsOfANextOneAndIsNotShown() {
        PageRequest page = new PageRequest(3, Optional.empty());

        Connection<UUID> shown = Connection.of(ROWS.subList(0, page.limit()), page, Function.identity());

        assertEquals(
                ROWS.subList(0, 3),
                shown.edges().stream().map(Connection.Edge::node).toList());
        assertTrue(shown.pageInfo().hasNextPage());
        assertFalse(shown.pageInfo().hasPreviousPage());
        assertEquals(
                ROWS.get(0), Connection.position(String.valueOf(shown.pageInfo().startCursor())));
        assertEquals(
                ROWS.get(2), Connection.position(String.valueOf(shown.pageInfo().endCursor())));
    }

    @Test
    void theLastPageSaysThatItIsTheLast() {
        PageRequest page = new PageRequest(3, Optional.of(ROWS.get(2)));

        Connection<UUID> shown = Connection.of(ROWS.subList(3, 4), page, Function.identity());

        assertFalse(shown.pageInfo().hasNextPage());
        assertTrue(shown.pageInfo().hasPreviousPage());
    }

    @Test
    void anEmptyPageHasNoCursors() {
        Connection<UUID> shown =
                Connection.of(List.of(), new PageRequest(1, Optional.empty()), Function.<UUID>identity());

        assertNull(shown.pageInfo().startCursor());
        assertNull(shown.pageInfo().endCursor());
        assertFalse(shown.pageInfo().hasNextPage());
    }

    @Test
    void aPageOfNoneOrOfTooManyIsRefused() {
        for (int wrong : new int[] {Integer.MIN_VALUE, 0, 101}) {
            assertEquals("first", refused(() -> new PageRequest(wrong, Optional.empty())));
        }
        assertEquals(101, new PageRequest(100, Optional.empty()).limit());
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        for (String wrong : List.of("", "!", "abc", "联户", ROWS.get(0).toString())) {
            assertEquals("after", refused(() -> Connection.position(wrong)), wrong);
        }
    }

    private static Object refused(org.junit.jupiter.api.function.Executable call) {
        ApiException refusal = assertThrows(ApiException.class, call);
        assertEquals(ApiException.Common.INVALID_INPUT, refusal.code());
        return refusal.params().get("field");
    }
}
