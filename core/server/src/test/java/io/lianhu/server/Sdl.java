package io.lianhu.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The core's SDL as it stands in the sources. */
public final class Sdl {
    private static final Path FOLDER = Path.of("src/main/resources/schema");

    /** What only operators are served, on the platform's own host; and what all others build upon. */
    private static final Set<String> NOT_COUNTIES = Set.of("base", "operator", "plugin", "tenant");

    private Sdl() {}

    /** The names of the files that counties are served. */
    public static List<String> counties() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".graphqls", ""))
                    .filter(name -> !NOT_COUNTIES.contains(name))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static String text(String file) {
        try (InputStream in = Sdl.class.getResourceAsStream("/schema/" + file + ".graphqls")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
