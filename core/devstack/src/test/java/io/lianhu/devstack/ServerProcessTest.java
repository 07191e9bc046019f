package io.lianhu.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    @Test
    void optionsOfTheJvmAreToldFromProperties() {
        assertEquals(
                List.of(
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-Dfile.encoding=UTF-8",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx1g",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dlianhu.name=联户 \"a\"",
                        "-Dquarkus.http.port=8080",
                        "-jar",
                        "/app/quarkus-run.jar"),
                ServerProcess.arguments(
                        Path.of("/app"),
                        8080,
                        new TreeMap<>(Map.of("-XX:TieredStopAtLevel", "1", "-Xmx1g", "", "lianhu.name", "联户 \"a\""))));
    }

    @Test
    void argumentsAreQuotedAsJavaReadsThem() {
        assertEquals("\"-Da=b \\\"c\\\" \\\\d\"", ServerProcess.quote("-Da=b \"c\" \\d"));
    }

    @Test
    void aServerThatCannotStartFailsAtOnceWithItsLog(@TempDir Path dir) {
        DevstackFailure failure = assertThrows(
                DevstackFailure.class,
                () -> ServerProcess.start(dir, 0, Map.of(), dir.resolve("server.log"), Duration.ofSeconds(30)));
        assertTrue(failure.getMessage().contains("Unable to access jarfile"), failure.getMessage());
    }
}
