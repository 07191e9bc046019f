package io.lianhu.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewLinesTest {
    @Test
    void eachLineComesOnceAndWhole(@TempDir Path dir) throws Exception {
        Path log = dir.resolve("server.log");
        NewLines lines = new NewLines(log);
        assertEquals(List.of(), lines.next());
        Files.writeString(log, "一\ntwo\nhal");
        assertEquals(List.of("一", "two"), lines.next());
        assertEquals(List.of(), lines.next());
        Files.writeString(log, "f\n", StandardOpenOption.APPEND);
        assertEquals(List.of("half"), lines.next());
    }
}
