package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is counted of cases. */
@DisplayName("Counts are what the cases say, at every moment and for whoever may know")
final class CountIT {
    private static final String COUNTS =
            """
            query ($code: String!, $measure: CaseMeasure!, $by: [CaseCountBy!]!, $from: Date, $to: Date, $class: String) {
              division(code: $code) {
                caseCounts(measure: $measure, by: $by, from: $from, to: $to, classCode: $class) {
                  state action stars divisionCode classCode day amount
                }
              }
            }
            """;
    private static final String CHECK = "{ caseCountCheck { measure divisionCode classCode day counted actual } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    private static JsonNode counts(GraphqlClient reader, String division, String measure, String... by) {
        return reader.query(COUNTS, Map.of("code", division, "measure", measure, "by", List.of(by)))
                .at("/division/caseCounts");
    }

    /** The amounts by the field that the measure tells apart. */
    private static Map<String, Long> amounts(JsonNode counts, String field) {
        Map<String, Long> amounts = new TreeMap<>();
        counts.forEach(count ->
                amounts.merge(count.get(field).asText(), count.get("amount").asLong(), Long::sum));
        return amounts;
    }

    private static void assertTrueCounts(County county) {
        assertEquals(0, faults(county).size(), () -> faults(county).toString());
    }

    private static JsonNode faults(County county) {
        return county.administrator().query(CHECK).at("/caseCountCheck");
    }

    private static void sql(String... statements) throws SQLException {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    private static long number(String query) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @DisplayName("Each step of a case is in the counts with its answer, by state, step, rating, place, class and day")
    void steps() {
        County county = host.newCounty();
        String village = county.villageCode(1);
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient cadre = county.cadre(village);
        GraphqlClient gridWorker = county.gridWorker(county.gridCode(1, 1));
        assertEquals(0, counts(cadre, village, "STATE").size());

        String id = Casework.report(resident, "转角处有垃圾");
        Casework.report(resident, "又有垃圾");
        Casework.report(county.resident(county.groupCode(2, 1, 1)), "邻村的垃圾");
        assertEquals(Map.of("DISPATCHED", 2L), amounts(counts(cadre, village, "STATE"), "state"));
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        assertEquals(Map.of("DISPATCHED", 1L, "HANDLED", 1L), amounts(counts(cadre, village, "STATE"), "state"));
        Casework.step(cadre, "caseClose", Map.of("caseId", id));
        Casework.step(resident, "caseRate", Map.of("caseId", id, "stars", 4));
        assertEquals(Map.of("DISPATCHED", 1L, "CLOSED", 1L), amounts(counts(cadre, village, "STATE"), "state"));
        assertEquals(Map.of("4", 1L), amounts(counts(cadre, village, "STARS"), "stars"));
        Casework.step(resident, "caseReopen", Map.of("caseId", id, "reason", "没有清理干净"));
        assertEquals(Map.of("DISPATCHED", 2L), amounts(counts(cadre, village, "STATE"), "state"));
        assertEquals(
                Map.of("REPORT", 2L, "DISPATCH", 2L, "HANDLE", 1L, "CLOSE", 1L, "RATE", 1L, "REOPEN", 1L),
                amounts(counts(cadre, village, "STEP"), "action"));

        GraphqlClient administrator = county.administrator();
        String today = LocalDate.now(ZoneId.of("Asia/Shanghai")).toString();
        JsonNode apart = counts(administrator, county.code(), "STATE", "VILLAGE", "CLASS");
        assertEquals(2, apart.size(), apart::toString);
        assertEquals(village, apart.get(0).get("divisionCode").asText());
        assertEquals("environment.garbage", apart.get(0).get("classCode").asText());
        assertEquals(2, apart.get(0).get("amount").asLong());
        assertEquals(county.villageCode(2), apart.get(1).get("divisionCode").asText());
        JsonNode town =
                counts(administrator, county.code(), "STEP", "TOWN", "DAY").get(0);
        assertEquals(village.substring(0, 9), town.get("divisionCode").asText());
        assertEquals(today, town.get("day").asText());
        JsonNode ofToday = administrator
                .query(
                        COUNTS,
                        Map.of(
                                "code",
                                county.code(),
                                "measure",
                                "STEP",
                                "by",
                                List.of(),
                                "from",
                                today,
                                "to",
                                today,
                                "class",
                                "environment.garbage"))
                .at("/division/caseCounts");
        assertEquals(3, amounts(ofToday, "action").get("REPORT"));
        assertEquals(
                0,
                administrator
                        .query(
                                COUNTS,
                                Map.of("code", county.code(), "measure", "STEP", "by", List.of(), "to", "2026-01-01"))
                        .at("/division/caseCounts")
                        .size());
        assertTrueCounts(county);
    }

    @Test
    @DisplayName("Whoever has no post over the place is not told, and another county has counts of its own")
    void permissions() {
        County county = host.newCounty();
        String village = county.villageCode(1);
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        Casework.report(resident, "转角处有垃圾");
        Map<String, Object> question = Map.of("code", village, "measure", "STATE", "by", List.of());
        for (GraphqlClient reader :
                List.of(resident, county.gridWorker(county.gridCode(1, 1)), county.cadre(county.villageCode(2)))) {
            reader.expectError(ErrorType.FORBIDDEN, COUNTS, question);
        }
        county.cadre(village).expectError(ErrorType.FORBIDDEN, CHECK, Map.of());
        County other = host.newCounty();
        assertEquals(0, counts(other.administrator(), other.code(), "STATE").size());
        assertEquals(0, faults(other).size());
    }

    @Test
    @DisplayName("A question that makes no sense is refused")
    void senseless() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        Map<String, Object> question = Map.of("code", county.code(), "measure", "STATE", "by", List.of());
        for (Map<String, Object> wrong : List.of(
                Casework.with(question, "by", List.of("DAY")),
                Casework.with(question, "from", "2026-01-01"),
                Casework.with(question, "by", List.of("TOWN", "VILLAGE")),
                Casework.with(question, "code", county.gridCode(1, 1)))) {
            administrator.expectError(ErrorType.INVALID_INPUT, COUNTS, wrong);
        }
    }

    @Test
    @DisplayName("What is changed past the API is counted too, and a count that was tampered with is found")
    void check() throws SQLException {
        County county = host.newCounty();
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String id = Casework.report(resident, "转角处有垃圾");
        String mine = " where tenant_id = '" + county.code() + "'";
        sql("update lianhu_core.case_record set division_code = '" + county.villageCode(2)
                + "', class_code = 'safety.fire'" + mine);
        assertEquals(
                Map.of(county.villageCode(2), 2L),
                amounts(counts(county.administrator(), county.code(), "STEP", "VILLAGE"), "divisionCode"));
        assertTrueCounts(county);

        Eventually.holds(
                "the counts are added up", () -> number("select count(*) from lianhu_core.count_change" + mine) == 0);
        assertTrueCounts(county);
        sql("update lianhu_core.count_total set amount = amount + 1" + mine
                + " and measure = 'state:DISPATCHED' and amount = 1");
        JsonNode fault = faults(county).get(0);
        assertEquals("state:DISPATCHED", fault.get("measure").asText(), id);
        assertEquals(2, fault.get("counted").asLong());
        assertEquals(1, fault.get("actual").asLong());
        assertEquals(1, faults(county).size());
    }

    @Test
    @DisplayName("Who follows a division's counts is told that they changed, whichever replica it was on")
    void live() {
        County county = host.newCounty();
        String village = county.villageCode(1);
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient cadre = county.cadre(village);
        String document =
                "subscription ($id: ID!) { caseCountsChanged(divisionId: $id) { caseCounts(measure: STATE) { state amount } } }";
        Map<String, Object> here = Map.of("id", county.divisionId(village));
        resident.expectError(ErrorType.FORBIDDEN, COUNTS, Map.of("code", village, "measure", "STATE", "by", List.of()));
        try (GraphqlSubscription counts = cadre.subscribe(document, here)) {
            assertEquals(0, counts.next().at("/caseCountsChanged/caseCounts").size());
            Casework.report(resident, "转角处有垃圾");
            Answer told = counts.next();
            assertEquals(1, told.at("/caseCountsChanged/caseCounts/0/amount").asLong(), told::toString);
        }
    }

    @Test
    @DisplayName("After 10,000 random steps by 16 clients at once every count equals the recount")
    void recount() throws Exception {
        County county = host.newCounty();
        county.limitRequests(60_000, 1_000_000);
        List<GraphqlClient> people = new ArrayList<>();
        for (int village = 1; village <= 2; village++) {
            people.add(county.resident(county.groupCode(village, 1, 1)));
            people.add(county.resident(county.groupCode(village, 1, 1)));
            people.add(county.gridWorker(county.gridCode(village, 1)));
            people.add(county.cadre(county.villageCode(village)));
        }
        List<String> cases = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger taken = new AtomicInteger();
        Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                Random chance = new Random(client);
                clients.add(threads.submit(() -> {
                    for (int step = 0; step < 625; step++) {
                        Answer answer = anyStep(people, cases, chance);
                        if (answer.errors().isEmpty()) {
                            taken.incrementAndGet();
                        } else {
                            ApiError error = answer.errors().get(0);
                            refused.computeIfAbsent(error.type(), type -> new AtomicInteger())
                                    .incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            threads.shutdownNow();
        }
        System.out.println("counts: 10000 random steps by 16 clients, " + taken + " taken, refused " + refused + ", "
                + cases.size() + " cases, " + faults(county).size() + " faults");
        assertTrue(taken.get() > 3_000, () -> taken + " taken, refused " + refused);
        assertTrue(!refused.containsKey("INTERNAL"), refused::toString);
        assertTrueCounts(county);
        Map<String, Long> states = amounts(counts(county.administrator(), county.code(), "STATE"), "state");
        assertEquals(
                cases.size(),
                states.values().stream().mapToLong(Long::longValue).sum());
    }

    private static Answer anyStep(List<GraphqlClient> people, List<String> cases, Random chance) {
        int village = chance.nextInt(2) * 4;
        GraphqlClient resident = people.get(village + chance.nextInt(2));
        if (cases.isEmpty() || chance.nextInt(4) == 0) {
            Answer reported = resident.ask(
                    Casework.document("caseReport"), Casework.input(Casework.reportInput("随机的垃圾", List.of())));
            cases.add(reported.at("/caseReport/case/id").asText());
            return reported;
        }
        // one of the latest, so that several meet at the same
        String id = cases.get(Math.max(0, cases.size() - 1 - chance.nextInt(Math.min(cases.size(), 40))));
        Map<String, Object> about = Map.of("caseId", id);
        return switch (chance.nextInt(7)) {
            case 0, 1 -> ask(people.get(village + 2), "caseHandle", Casework.handling(id));
            case 2 -> ask(people.get(village + 3), "caseSendBack", Casework.with(about, "reason", "再处理"));
            case 3, 4 -> ask(people.get(village + 3), "caseClose", about);
            case 5 -> ask(resident, "caseRate", Casework.with(about, "stars", 1 + chance.nextInt(5)));
            default -> ask(resident, "caseReopen", Casework.with(about, "reason", "又脏了"));
        };
    }

    private static Answer ask(GraphqlClient person, String mutation, Map<String, ?> input) {
        return person.ask(Casework.document(mutation), Casework.input(input));
    }
}
