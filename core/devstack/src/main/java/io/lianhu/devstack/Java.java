package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The Java that runs us, for children that shall run on the same. */
final class Java {
    private Java() {}

    /** Its real path, as the system reports it of a running process. */
    static Path executable() {
        try {
            return Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
