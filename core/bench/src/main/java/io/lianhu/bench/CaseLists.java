package io.lianhu.bench;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A million cases over a hundred counties, and how long the lists take that everybody opens first. Each is measured in a county of a hundred
 * thousand cases and, in the same run, in one of a thousand: what is answered from an index takes about as long in both.
 */
public final class CaseLists {
    private static final int ALL = 1_000_000;
    private static final int LARGE = 100_000;
    private static final int SMALL = 1_000;
    private static final int QUESTIONS = 800;
    private static final String LARGE_COUNTY = "520115";

    private static final String FIELDS =
            "edges { node { id number state description dueAt clockState division { name } assigneeName } }"
                    + " pageInfo { hasNextPage endCursor }";

    private record Question(String name, GraphqlClient asker, String document, Map<String, Object> variables) {
        void ask() {
            asker.query(document, variables);
        }
    }

    private CaseLists() {}

    public static void main(String[] args) {
        // what is overdue is not escalated beside what is measured
        try (TestHost host = TestHost.start(TestHost.Options.core().configured("lianhu.escalation.every", "12h"));
                Sql sql = new Sql(host)) {
            Province province = new Province(host, sql);
            List<County> counties = new ArrayList<>(province.counties(99));
            County small = host.newCounty();
            County large = host.county(LARGE_COUNTY);
            large.limitRequests(60_000, 6_000_000);
            load(province, sql, counties, large, small);

            List<Question> inLarge = questions(large);
            List<Question> inSmall = questions(small);
            System.out.printf(
                    Locale.ROOT,
                    "%n%-44s %10s %10s %10s %10s %7s%n",
                    "milliseconds at the API, 4 clients",
                    "median",
                    "p95",
                    "(small)",
                    "(p95)",
                    "ratio");
            for (int i = 0; i < inLarge.size(); i++) {
                Question question = inLarge.get(i);
                Latency reference = Latency.of(inSmall.get(i)::ask, QUESTIONS);
                Latency measured = Latency.of(question::ask, QUESTIONS);
                System.out.printf(
                        Locale.ROOT,
                        "%-44s %10.1f %10.1f %10.1f %10.1f %7.2f%n",
                        question.name,
                        measured.median(),
                        measured.p95(),
                        reference.median(),
                        reference.p95(),
                        measured.median() / reference.median());
            }
            explain(host, sql, inLarge);
        }
    }

    private static void load(Province province, Sql sql, List<County> counties, County large, County small) {
        long start = System.nanoTime();
        province.fill(small, SMALL);
        int each = (ALL - LARGE - SMALL) / (counties.size() - 1);
        counties.stream()
                .filter(county -> !county.code().equals(LARGE_COUNTY))
                .forEach(county -> province.fill(county, each));
        String grid = large.gridCode(1, 1);
        province.fill(large, grid, large.gridWorker(grid).subject(), LARGE / 50);
        province.fill(large, large.villageCode(1), null, LARGE / 10);
        province.fill(large, LARGE - LARGE / 50 - LARGE / 10);
        province.fill(
                small,
                small.gridCode(1, 1),
                small.gridWorker(small.gridCode(1, 1)).subject(),
                SMALL / 50);
        sql.script("vacuum analyze");
        System.out.printf(
                "%,d cases over %d counties in %s; %,d of them in the largest, %,d open, %,d overdue%n",
                sql.number("select count(*) from lianhu_core.case_record"),
                sql.number("select count(distinct tenant_id) from lianhu_core.case_record"),
                Province.seconds(start),
                sql.number("select count(*) from lianhu_core.case_record where tenant_id = ?", LARGE_COUNTY),
                sql.number("select count(*) from lianhu_core.case_record where due_at is not null"),
                sql.number("select count(*) from lianhu_core.case_record where due_at < now()"));
    }

    private static List<Question> questions(County county) {
        String village = county.villageCode(1);
        GraphqlClient cadre = county.cadre(village);
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        return List.of(
                new Question(
                        "a village's cases, the newest",
                        cadre,
                        "query ($in: String!) { cases(first: 20, divisionCode: $in) { " + FIELDS + " } }",
                        Map.of("in", village)),
                new Question(
                        "a grid worker's to-do, soonest due first",
                        worker,
                        "{ cases(first: 20, assignedToMe: true, state: DISPATCHED, orderBy: DUE) { " + FIELDS + " } }",
                        Map.of()),
                new Question(
                        "what is overdue in a county, soonest due first",
                        county.countyCentre(),
                        "{ caseBoard(first: 20, state: OVERDUE) { " + FIELDS + " } }",
                        Map.of()),
                new Question(
                        "how many are overdue in a county's towns",
                        county.countyCentre(),
                        "query ($in: String!) { division(code: $in) { caseCounts(measure: CLOCK, by: [TOWN]) { divisionCode amount } } }",
                        Map.of("in", county.code())));
    }

    private static void explain(TestHost host, Sql sql, List<Question> questions) {
        Plans.begin(host, sql);
        for (Question question : questions) {
            question.ask(); // whatever is looked up once is looked up
            List<String> plans = Plans.of(" on (case_|count_)", question::ask);
            System.out.printf("%n%s%n%s", question.name, String.join("\n", plans));
            if (plans.isEmpty() || plans.stream().anyMatch(plan -> plan.contains("Seq Scan on case_"))) {
                throw new IllegalStateException("Not answered from an index: " + question.name);
            }
        }
    }
}
