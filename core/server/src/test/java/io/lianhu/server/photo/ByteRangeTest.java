package io.lianhu.server.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1, bytes 0-0/100",
        "bytes=10-19, 10, 10, bytes 10-19/100",
        "bytes=90-, 90, 10, bytes 90-99/100",
        "bytes=90-500, 90, 10, bytes 90-99/100",
        "bytes=-7, 93, 7, bytes 93-99/100",
        "bytes=-500, 0, 100, bytes 0-99/100",
        "bytes=100-, 100, 0, bytes */100",
        "bytes=-0, 100, 0, bytes */100"
    })
    void oneRangeIsCutOutOfTheFile(String header, long from, long length, String told) {
        ByteRange range = ByteRange.of(header, 100).orElseThrow();
        assertEquals(new ByteRange(from, length), range);
        assertEquals(told, range.of(100));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes=",
                "bytes=-",
                "bytes=9-3",
                "bytes=a-b",
                "bytes=0-1,5-6",
                "lines=0-1",
                "bytes=1234567890123456789-"
            })
    void whateverElseIsAskedForIsAnsweredByTheWholeFile(String header) {
        assertEquals(Optional.empty(), ByteRange.of(header, 100));
    }

    @Test
    void withoutAHeaderThereIsNoRange() {
        assertEquals(Optional.empty(), ByteRange.of(null, 100));
    }
}
