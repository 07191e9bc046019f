package io.lianhu.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie. */
final class Workplace {
    private Workplace() {}

    /** The checkout: system property {@code lianhu.root}, else the nearest folder above that holds {@code .mvn}. */
    static Path root() {
        String named = System.getProperty("lianhu.root", "");
        if (!named.isBlank()) {
            return Path.of(named).toAbsolutePath();
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(".mvn"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "Where is the checkout? The system property lianhu.root is not set, and no folder above "
                        + Path.of("").toAbsolutePath() + " has a .mvn in it.");
    }

    /** The packaged server: system property {@code lianhu.server}, else where the checkout builds it. */
    static Path server() {
        String named = System.getProperty("lianhu.server", "");
        Path server = named.isBlank() ? root().resolve("core/server/target/quarkus-app") : Path.of(named);
        if (!Files.exists(server.resolve("quarkus-run.jar"))) {
            throw new IllegalStateException("There is no packaged server in " + server.toAbsolutePath()
                    + ": build core/server, or name its quarkus-app folder with the system property lianhu.server.");
        }
        return server.toAbsolutePath();
    }

    /** Where a host keeps its logs and files: they outlive it, to be read after a failed test, until the next clean. */
    static Path host(String name) {
        return Path.of("target", "hosts", name).toAbsolutePath();
    }
}
