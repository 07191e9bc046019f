package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The public audits of GraphQL over HTTP, made by others and run as they are: {@code src/test/audit}. */
final class GraphqlAuditIT {

    private static final Path SOURCE = Path.of("src/test/audit");
    private static final Path PROJECT = Path.of("target/audit");

    private static County county;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Files.createDirectories(PROJECT);
        for (String file : List.of("package.json", "package-lock.json", "audit.mjs")) {
            Files.copy(SOURCE.resolve(file), PROJECT.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Run installed = run("npm", Map.of(), "npm", "ci", "--no-audit", "--no-fund");
        assertEquals(0, installed.exit(), installed.output());
        county = OneHost.get().newCounty();
    }

    @Test
    void everyAuditPassesForAnyone() throws IOException, InterruptedException {
        assertPasses("");
    }

    @Test
    void everyAuditPassesForAPersonWithAToken() throws IOException, InterruptedException {
        assertPasses(county.administrator().token());
    }

    private static void assertPasses(String token) throws IOException, InterruptedException {
        int port = county.host().first().port();
        Run audited = run(
                token.isEmpty() ? "anyone" : "person",
                Map.of(
                        "AUDIT_URL",
                        "http://127.0.0.1:" + port + "/graphql",
                        "AUDIT_HOST",
                        county.hostName(),
                        "AUDIT_TOKEN",
                        token),
                "node",
                "audit.mjs");
        String last = audited.output().strip().lines().reduce("", (before, line) -> line);
        System.out.println(last);
        assertEquals(0, audited.exit(), audited.output());
        assertTrue(
                last.matches("graphql-http audit: ([6-9][0-9]) ok, 0 warnings, 0 errors of \\1"),
                "Were there fewer audits than ever? " + audited.output());
    }

    private record Run(int exit, String output) {}

    private static Run run(String name, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        File log = PROJECT.resolve(name + ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " does not end: " + Files.readString(log.toPath()));
        }
        return new Run(process.exitValue(), Files.readString(log.toPath()));
    }
}
