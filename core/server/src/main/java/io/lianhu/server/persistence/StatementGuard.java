package io.lianhu.server.persistence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Lets only statements pass that read or write rows: none that would steer the operation's transaction, change whose rows it sees, or
 * leave something behind on the connection. It stops mistakes, not malice: a plugin runs in our process, and its signature and review
 * decide whether it may.
 */
final class StatementGuard {

    /** What PostgreSQL skips; a comment within a comment is left to be refused. */
    private static final String BLANKS = "(?:\\s|--[^\n]*(?:\n|$)|/\\*(?:(?!/\\*).)*?\\*/)*+";

    /**
     * Reads and writes of rows, and nothing else: a list of what steers would never be complete. A cursor declared {@code with hold},
     * for instance, keeps one county's rows on the connection for the next.
     */
    private static final Pattern ROWS =
            Pattern.compile("(?is)" + BLANKS + "\\(*" + BLANKS + "(select|insert|update|delete|merge|with|values)\\b.*");

    /** Functions whose effect outlives the transaction or passes by the policies, and a second statement behind the first. */
    private static final Pattern STEERING = Pattern.compile("(?i)\\bset_config\\b|;\\s*\\S"
            + "|\\bpg_(?:try_)?advisory_(?:un)?lock"
            + "|\\blo_(?:creat|create|from_bytea|get|put|open|import|export|unlink)\\b");

    /** Bounded, because a plugin may make its texts anew for each call. */
    private static final int REMEMBERED = 10_000;

    private static final Map<String, Boolean> VERDICTS = new ConcurrentHashMap<>();

    private StatementGuard() {}

    static boolean allows(String sql) {
        Boolean known = VERDICTS.get(sql);
        if (known != null) {
            return known;
        }
        boolean allowed = ROWS.matcher(sql).matches() && !STEERING.matcher(sql).find();
        if (VERDICTS.size() < REMEMBERED) {
            VERDICTS.put(sql, allowed);
        }
        return allowed;
    }
}
