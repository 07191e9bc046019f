package io.lianhu.bench;

import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The plans of the very statements that the server sends, as PostgreSQL itself logs them ({@code auto_explain}). */
final class Plans {
    private static final Path LOG =
            Path.of(System.getProperty("lianhu.root", "."), ".lianhu", "test", "log", "postgres.log");

    private Plans() {}

    /** From now on the host's server has its statements explained; it is started anew, since its connections must be. */
    static void begin(TestHost host, Sql sql) {
        String database = host.database().name();
        for (String setting : List.of(
                "session_preload_libraries = 'auto_explain'",
                "auto_explain.log_min_duration = 0",
                "auto_explain.log_analyze = on",
                "auto_explain.log_timing = off")) {
            sql.script("alter database " + database + " set " + setting);
        }
        host.restart();
    }

    /** The plans that match, of what is asked now. */
    static List<String> of(String pattern, Runnable question) {
        Pattern wanted = Pattern.compile(pattern);
        long before = length();
        question.run();
        List<String> plans = new ArrayList<>();
        StringBuilder plan = new StringBuilder();
        for (String line : (since(before) + "\nend").lines().toList()) {
            if (line.startsWith("\t")) {
                plan.append(line.strip().startsWith("Query Text") ? "" : line.substring(1) + "\n");
            } else {
                if (wanted.matcher(plan).find()) {
                    plans.add(plan.toString());
                }
                plan.setLength(0);
            }
        }
        return plans;
    }

    private static long length() {
        try {
            return Files.size(LOG);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String since(long start) {
        try {
            byte[] all = Files.readAllBytes(LOG);
            return new String(all, (int) start, all.length - (int) start, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
