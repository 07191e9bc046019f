package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The secrets of one data folder: made at its first start, never the same in another. */
record Secrets(String master, String bootstrap) {

    private static final int BYTES = 32;

    static Secrets of(Path data) {
        return new Secrets(kept(data.resolve("master.key")), kept(data.resolve("bootstrap.key")));
    }

    private static String kept(Path file) {
        if (!Files.exists(file)) {
            byte[] fresh = new byte[BYTES];
            new SecureRandom().nextBytes(fresh);
            PrivateFile.write(file, Base64.getEncoder().encodeToString(fresh));
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
