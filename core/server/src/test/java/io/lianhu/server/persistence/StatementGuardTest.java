package io.lianhu.server.persistence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementGuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set lianhu.tenant = '420602'",
                "  SET LOCAL ROLE lianhu_core",
                "\n\treset all",
                "/* named query */ set role none",
                "-- why\n  set role none",
                "/* a */ -- b\n /* c */ rollback",
                "commit",
                "end",
                "start transaction",
                "savepoint s",
                "do $$ begin end $$",
                "call quit()",
                "copy points.entry to stdout",
                "declare c cursor with hold for select 1",
                "create temporary table t (a int)",
                "select pg_advisory_lock(1)",
                "call_list",
                "lock table points.entry",
                "fetch all from c",
                "/* one /* in */ another */ commit",
                "select lo_get(1)",
                "selection",
                "",
                "select set_config('lianhu.tenant', '420602', true)",
                "select pg_catalog.SET_CONFIG('role', 'none', false)",
                "select 1; set role none",
                "select 1 ;\n select 2"
            })
    void whatSteersTheTransactionIsRefused(String sql) {
        assertFalse(StatementGuard.allows(sql), sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "select 1;",
                "select 1 ; \n",
                "insert into points.entry (set_at) values ($1) on conflict do nothing",
                "update points.entry set state = 'CLOSED' where begin_on < $1",
                "/* lock */ select * from points.account for update",
                "-- set the scene\nselect 1",
                "with settings as (select 1) select * from settings",
                "delete from points.entry where rollback_of = $1",
                "(select 1) union (select 2)",
                "values (1), (2)"
            })
    void whatReadsAndWritesRowsIsAllowed(String sql) {
        assertTrue(StatementGuard.allows(sql), sql);
    }

    @Test
    void aVeryLongStatementIsJudgedAtOnce() {
        String blank = " ".repeat(200_000);
        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            assertTrue(StatementGuard.allows("select 1" + blank + ";" + blank));
            assertFalse(StatementGuard.allows("/* " + "* ".repeat(100_000) + "*/ commit"));
            assertTrue(StatementGuard.allows("-- " + "\n-- ".repeat(50_000) + "\nselect 1"));
        });
    }
}
