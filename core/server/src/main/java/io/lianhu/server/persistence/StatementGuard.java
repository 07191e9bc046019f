package io.lianhu.server.persistence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Refuses statements that would steer the operation's transaction or change whose rows it sees. It stops mistakes, not malice: a plugin
 * runs in our process, and its signature and review decide whether it may.
 */
final class StatementGuard {

    private static final Pattern STEERING = Pattern.compile(
            "(?is)^(?:\\s|--[^\n]*(?:\n|$)|/\\*.*?\\*/)*+(set|reset|begin|start|commit|end|rollback|abort|discard|prepare|savepoint|release|do|call|listen|unlisten|copy|lock)\\b.*"
                    + "|.*\\bset_config\\b.*"
                    + "|.*;\\s*\\S.*");

    /** Bounded, because a plugin may make its texts anew for each call. */
    private static final int REMEMBERED = 10_000;

    private static final Map<String, Boolean> VERDICTS = new ConcurrentHashMap<>();

    private StatementGuard() {}

    static boolean allows(String sql) {
        Boolean known = VERDICTS.get(sql);
        if (known != null) {
            return known;
        }
        boolean allowed = !STEERING.matcher(sql).matches();
        if (VERDICTS.size() < REMEMBERED) {
            VERDICTS.put(sql, allowed);
        }
        return allowed;
    }
}
