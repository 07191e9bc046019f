package io.lianhu.server.persistence;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Lets only statements pass that read or write rows: none that would steer the operation's transaction, change whose rows it sees, or
 * leave something behind on the connection. It stops mistakes, not malice: a plugin runs in our process, and its signature and review
 * decide whether it may.
 */
final class StatementGuard {

    /**
     * How statements begin that read or write rows. A list of what steers instead would never be complete: a cursor declared
     * {@code with hold}, for instance, keeps one county's rows on the connection for the next.
     */
    private static final Set<String> ROWS = Set.of("select", "insert", "update", "delete", "merge", "with", "values");

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
        boolean allowed =
                ROWS.contains(firstWord(sql)) && !STEERING.matcher(sql).find();
        if (VERDICTS.size() < REMEMBERED) {
            VERDICTS.put(sql, allowed);
        }
        return allowed;
    }

    /** Behind blanks, brackets and comments; empty where comments stand in comments, which nobody needs. */
    private static String firstWord(String sql) {
        int at = 0;
        while (at < sql.length() && !Character.isLetter(sql.charAt(at))) {
            if (sql.startsWith("--", at)) {
                at = after(sql.indexOf('\n', at), 1, sql);
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                int nested = sql.indexOf("/*", at + 2);
                if (nested >= 0 && nested < end) {
                    return "";
                }
                at = after(end, 2, sql);
            } else if (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == '(') {
                at++;
            } else {
                return "";
            }
        }
        int end = at;
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
            end++;
        }
        return sql.substring(at, end).toLowerCase(Locale.ROOT);
    }

    private static int after(int found, int length, String sql) {
        return found < 0 ? sql.length() : found + length;
    }
}
