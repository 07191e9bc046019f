package io.lianhu.points;

import io.lianhu.testkit.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** What calls cost, by name, beside the file that says what they are allowed to. */
final class RoundTrips {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "story-round-trips.txt");
    private static final String WRITE = "story.round-trips.write";
    private static final String HEADER =
            """
            # What each call of the story sends: messages to PostgreSQL (BEGIN, SET ROLE and COMMIT among them), then commands to Redis.
            # Written by: mvn -pl plugins/village-points -am -Dtest=none -Dit.test=StoryIT -Dsurefire.failIfNoSpecifiedTests=false \\
            #     -Dfailsafe.failIfNoSpecifiedTests=false -D%s verify
            """
                    .formatted(WRITE);

    private final Map<String, String> measured = new LinkedHashMap<>();

    Answer measure(String call, Answer answer) {
        Answer.RoundTrips cost = answer.roundTrips();
        measured.put(call, "%d %d".formatted(cost.pg(), cost.redis()));
        return answer;
    }

    /** Fails where a call costs more, or less, than the file says; writes the file instead, if the system property asks for it. */
    void matchGolden() {
        if (System.getProperty(WRITE) != null) {
            write();
            return;
        }
        Map<String, String> golden = read();
        StringBuilder faults = new StringBuilder();
        for (String call : new TreeSet<>(union(golden))) {
            String was = golden.getOrDefault(call, "none");
            String now = measured.getOrDefault(call, "none");
            if (!was.equals(now)) {
                faults.append("\n  %s: %s, now %s".formatted(call, was, now));
            }
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("Round trips (pg redis) differ from " + GOLDEN + ":" + faults
                    + "\nWhere they rose: take the new ones out, or say in the commit what they are worth."
                    + " Where they fell: well done; keep it so by lowering the file."
                    + " Either way run the test again with -D" + WRITE + " to write the file.");
        }
    }

    private TreeSet<String> union(Map<String, String> golden) {
        TreeSet<String> calls = new TreeSet<>(golden.keySet());
        calls.addAll(measured.keySet());
        return calls;
    }

    private static Map<String, String> read() {
        Map<String, String> golden = new LinkedHashMap<>();
        try {
            Files.readAllLines(GOLDEN).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .forEach(parts -> golden.put(parts[0], parts[1]));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return golden;
    }

    private void write() {
        StringBuilder text = new StringBuilder(HEADER);
        measured.forEach(
                (call, cost) -> text.append(call).append(' ').append(cost).append('\n'));
        try {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
