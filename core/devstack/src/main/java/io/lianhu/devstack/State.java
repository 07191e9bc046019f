package io.lianhu.devstack;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** What a data folder remembers between starts: the ports last used, and its passwords. */
record State(Ports ports, Secrets secrets) {
    /** Drawn once per data folder. */
    record Secrets(
            String superuser,
            String owner,
            String application,
            String keycloakDatabase,
            String redis,
            String adminClient) {
        static Secrets draw() {
            return new Secrets(random(), random(), random(), random(), random(), random());
        }

        private static String random() {
            byte[] bytes = new byte[24];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        }
    }

    static Optional<State> load(Path file) {
        return Json.load(file, State.class).filter(state -> state.ports() != null && state.secrets() != null);
    }
}
