package io.lianhu.bench;

import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A hundred thousand cases of fifty counties are found overdue at the same moment. Three processes escalate them, one of which is killed in
 * the middle: each case goes up once, and none before one of its county that is overdue for longer.
 */
public final class Escalations {
    private static final int COUNTIES = 50;
    private static final int EACH = 2_000;
    private static final int ALL = COUNTIES * EACH;
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final String ESCALATED = "select count(*) from lianhu_core.case_escalation";

    private Escalations() {}

    public static void main(String[] args) {
        try (TestHost host = TestHost.start(TestHost.Options.core().configured("lianhu.escalation.every", "1s"));
                Replica second = host.secondReplica();
                Replica third = host.secondReplica();
                Sql sql = new Sql(host)) {
            Province province = new Province(host, sql);
            List<County> counties = province.counties(COUNTIES);
            counties.forEach(province::cadres);
            long loading = System.nanoTime();
            sql.together(() -> counties.forEach(county -> province.overdue(county, EACH)));
            System.out.printf(
                    "%,d overdue cases over %d counties, loaded in %s; three processes %s%n",
                    ALL,
                    counties.size(),
                    Province.seconds(loading),
                    List.of(host.first().pid(), second.pid(), third.pid()));

            long start = System.nanoTime();
            Eventually.within(PATIENCE).untilHolds("a third is escalated", () -> sql.number(ESCALATED) >= ALL / 3);
            third.kill();
            System.out.printf(
                    "%,d escalated after %s: one process killed%n", sql.number(ESCALATED), Province.seconds(start));
            Eventually.within(PATIENCE).untilHolds("all are escalated", () -> sql.number(ESCALATED) >= ALL);
            System.out.printf("%,d escalated after %s%n", sql.number(ESCALATED), Province.seconds(start));
            check(sql);
        }
    }

    /** Each count with what it is to be. */
    private static void check(Sql sql) {
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put(ESCALATED, (long) ALL);
        expected.put(
                "select count(distinct (tenant_id, case_id)) from lianhu_core.case_escalation where level = 1",
                (long) ALL);
        expected.put("select count(*) from lianhu_core.escalation_receiver", (long) ALL);
        expected.put("select count(*) from lianhu_core.case_step where action = 'SUPERVISE'", (long) ALL);
        expected.put(
                "select count(distinct (tenant_id, case_id)) from lianhu_core.case_step where action = 'SUPERVISE'",
                (long) ALL);
        expected.put("select count(*) from lianhu_core.message where receiver like 'cadre-of-%'", (long) ALL);
        expected.put("select count(*) from lianhu_core.case_watch where escalate_at <= now() or attempts > 0", 0L);
        expected.put(
                """
                with batch as (select tenant_id, batch, min(claimed_at) as claimed, min(due_at) as oldest, max(due_at) as youngest
                    from lianhu_core.case_escalation group by tenant_id, batch)
                select count(*) from batch a join batch b on a.tenant_id = b.tenant_id and a.claimed < b.claimed and a.youngest > b.oldest
                """,
                0L);
        boolean sound = true;
        for (Map.Entry<String, Long> one : expected.entrySet()) {
            long found = sql.number(one.getKey());
            boolean right = found == one.getValue();
            sound &= right;
            System.out.printf(
                    "%-5s %,9d  %s%n",
                    right ? "right" : "WRONG", found, one.getKey().strip());
        }
        System.out.printf(
                "%,d batches of at most %d%n",
                sql.number("select count(distinct batch) from lianhu_core.case_escalation"),
                sql.number(
                        "select max(n) from (select count(*) as n from lianhu_core.case_escalation group by batch) b"));
        if (!sound) {
            throw new IllegalStateException("Not each case once, or not in order");
        }
    }
}
