package io.lianhu.tenants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.devstack.Devstack;
import io.lianhu.devstack.Home;
import io.lianhu.devstack.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That the README's tour does what it says: pasted into a shell, against the platform as it runs at home, with all its counties. */
final class TourIT {
    private static final Path ROOT = Path.of(System.getProperty("lianhu.root"));
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final String KEYCLOAK_AND_PORT = "KEYCLOAK=http://127.0.0.1:8180 PORT=8080\n";
    private static final String END_OF_BLOCK = "----";

    /** What is typed, and what is printed then. */
    private record Step(String typed, String printed) {}

    @Test
    @DisplayName("The README's tour prints what the README says")
    void theTourPrintsWhatItSays() throws Exception {
        List<Step> tour = tour();
        assertTrue(tour.get(0).typed().contains(KEYCLOAK_AND_PORT), "Where does the tour say whom it asks?");
        Path data = Files.createTempDirectory(
                Files.createDirectories(Path.of("target").toAbsolutePath()), "home");
        Devstack stack = Devstack.shared();
        try (Home home = Home.start(ROOT, data, stack, 0, Progress.printed())) {
            String ours = "KEYCLOAK=" + stack.keycloak().url() + " PORT=" + home.port() + "\n";
            String script = tour.stream()
                    .map(step -> step.typed() + "echo " + END_OF_BLOCK + "\n")
                    .collect(Collectors.joining())
                    .replace(KEYCLOAK_AND_PORT, ours);
            String printed = run(script, data);
            String[] blocks = printed.split("(?m)^" + END_OF_BLOCK + "$\\n", -1);
            assertEquals(tour.size() + 1, blocks.length, printed);
            for (int i = 0; i < tour.size(); i++) {
                String block = blocks[i];
                assertTrue(
                        matching(tour.get(i).printed()).matcher(block).matches(),
                        () -> "The README promises otherwise:\n" + block + "in:\n" + printed);
            }
        }
    }

    /** Every block behind the tour's heading: something to type, and behind it what it prints, if it prints anything. */
    private static List<Step> tour() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String tour = readme.substring(readme.indexOf("\n## A tour"), readme.indexOf("\n## Where things are"));
        List<Step> steps = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(tour).results().toList()) {
            if (block.group(1).equals("sh")) {
                steps.add(new Step(block.group(2), ""));
            } else {
                Step asked = steps.remove(steps.size() - 1);
                assertEquals("", asked.printed(), "Two answers to one block");
                steps.add(new Step(asked.typed(), block.group(2)));
            }
        }
        assertTrue(steps.stream().filter(step -> !step.printed().isEmpty()).count() >= 6, "What became of the tour?");
        return steps;
    }

    /** An ellipsis stands for what differs from time to time. */
    private static Pattern matching(String printed) {
        return Pattern.compile(
                Stream.of(printed.split("…", -1)).map(Pattern::quote).collect(Collectors.joining("[^\\n]*?")));
    }

    private static String run(String script, Path folder) throws IOException, InterruptedException {
        Path typed = Files.writeString(folder.resolve("tour.sh"), script);
        Path printed = folder.resolve("tour.log");
        Process shell = new ProcessBuilder("bash", "-u", typed.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = shell.waitFor(2, TimeUnit.MINUTES);
        shell.destroyForcibly();
        assertTrue(ended, () -> "The tour does not come to its end; see " + printed);
        return Files.readString(printed);
    }
}
