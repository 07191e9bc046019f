package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many overdue cases at once, several processes, and one of them killed. */
@DisplayName("Thousands of overdue cases are each escalated exactly once, whoever dies")
final class EscalationReplicasIT {

    private static final Pattern ESCALATED =
            Pattern.compile("(?m)^lianhu_escalation_escalated_total(?:\\{.*})? ([0-9.E]+)$");

    /** One every second, the longest overdue last made; none of them so long that the town is to be told. */
    private static String cases(County county, int from, int to) {
        return "insert into lianhu_core.case_record (tenant_id, id, number, source, class_code, description, state, division_id,"
                + " division_code, assignee_kind, assignee_subject, assignee_name, urged, round, reported_at, version,"
                + " resolve_amount, resolve_unit, resolve_since, resolve_approaching_at, resolve_due_at, approaching_at, due_at)"
                + " select d.tenant_id, uuidv7(), 'B' || i, 'PATROL', 'environment.garbage', '第' || i || '件', 'DISPATCHED', d.id, d.code,"
                + " 'GRID_WORKER', 'nobody', '网格员', 0, 0, t.due - interval '4 hours', 0, 4, 'HOUR', t.due - interval '4 hours',"
                + " t.due - interval '1 hour', t.due, t.due - interval '1 hour', t.due"
                + " from generate_series(" + from + ", " + to
                + ") i cross join lateral (select now() - interval '1 second' * i as due) t"
                + " join lianhu_core.division d on d.tenant_id = '" + county.code() + "' and d.code = '"
                + county.villageCode(1) + "'";
    }

    private static long escalated(TestHost host, Replica replica) {
        byte[] metrics = host.platform()
                .atHost("127.0.0.1")
                .through(replica)
                .send("GET", "/q/metrics", Map.of(), null)
                .body();
        Matcher line = ESCALATED.matcher(new String(metrics, StandardCharsets.UTF_8));
        return line.find() ? (long) Double.parseDouble(line.group(1)) : 0;
    }

    @Test
    @DisplayName(
            "5,000 over four counties, three processes, one killed in the middle: one row, one step, one message each; oldest first; the small not last")
    void manyReplicas() {
        TestHost host = OneHost.get();
        List<County> counties = new ArrayList<>();
        List<GraphqlClient> cadres = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            County county = host.newCounty();
            counties.add(county);
            cadres.add(county.cadre(county.villageCode(1)));
        }
        List<Integer> sizes = List.of(3_000, 1_000, 750, 250);
        String codes = counties.stream().map(County::code).collect(Collectors.joining("', '", "('", "')"));
        String all = "select count(*) from lianhu_core.case_escalation where tenant_id in " + codes;
        try (Replica second = host.secondReplica();
                Replica third = host.secondReplica()) {
            long before = escalated(host, host.first()) + escalated(host, second);
            StringBuilder everything = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                everything.append(cases(counties.get(i), 1, sizes.get(i))).append(";\n");
            }
            long began = System.nanoTime();
            EscalationIT.sql("begin;" + everything + "commit");
            Eventually.holds("some are escalated", () -> EscalationIT.number(all) > 400);
            third.kill();
            long atTheKill = EscalationIT.number(all);
            assertTrue(atTheKill < 5_000, "the process was killed when all was done");
            Eventually.within(Duration.ofSeconds(60))
                    .untilHolds("all are escalated", () -> EscalationIT.number(all) >= 5_000);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.println(String.format(
                    Locale.ROOT,
                    "escalation: 5000 cases of 4 counties in %.1f s by 3 processes, one killed after %d; first and second did %d",
                    seconds,
                    atTheKill,
                    escalated(host, host.first()) + escalated(host, second) - before));
        }
        for (int i = 0; i < 4; i++) {
            String mine = " where tenant_id = '" + counties.get(i).code() + "'";
            long size = sizes.get(i);
            assertEquals(size, EscalationIT.number("select count(*) from lianhu_core.case_escalation" + mine));
            assertEquals(
                    size,
                    EscalationIT.number(
                            "select count(distinct (case_id, round, stage, level)) from lianhu_core.case_escalation"
                                    + mine + " and stage = 'RESOLVE' and level = 1 and from_level = 1"));
            assertEquals(
                    size,
                    EscalationIT.number(
                            "select count(distinct escalation_id) from lianhu_core.escalation_receiver" + mine));
            assertEquals(
                    size,
                    EscalationIT.number("select count(distinct case_id) from lianhu_core.case_step" + mine
                            + " and action = 'SUPERVISE'"));
            assertEquals(
                    size,
                    EscalationIT.number(
                            "select count(*) from lianhu_core.case_step" + mine + " and action = 'SUPERVISE'"));
            assertEquals(
                    size,
                    EscalationIT.number("select count(*) from lianhu_core.message" + mine + " and receiver = '"
                            + cadres.get(i).subject() + "'"));
            assertEquals(
                    0,
                    EscalationIT.number("select count(*) from lianhu_core.case_watch" + mine
                            + " and (escalate_at <= now() or level <> 1)"));
            String batches = "(select batch, min(claimed_at) as claimed, min(due_at) as oldest, max(due_at) as youngest"
                    + " from lianhu_core.case_escalation" + mine + " group by batch)";
            assertTrue(EscalationIT.number("select count(*) from " + batches + " b") >= size / 50);
            assertEquals(
                    0,
                    EscalationIT.number("select count(*) from " + batches + " a join " + batches
                            + " b on a.claimed < b.claimed and a.youngest > b.oldest"),
                    "a case was overtaken by one that is overdue for less long");
        }
        String ended =
                "select extract(epoch from max(escalated_at)) * 1000 from lianhu_core.case_escalation where tenant_id = '";
        assertTrue(
                EscalationIT.number(ended + counties.get(3).code() + "'")
                        < EscalationIT.number(ended + counties.get(0).code() + "'"),
                "the smallest county waited for the largest");
    }
}
