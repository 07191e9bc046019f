package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The story of a case, and of the events that it leaves. */
@DisplayName("A case goes its way, step by step, in the right hands")
final class CaseworkIT {
    private static final String LIST =
            """
            query ($first: Int!, $after: String) {
              cases(first: $first, after: $after) {
                edges { cursor node {
                  id number state caseClass { name } division { name parent { name } }
                  reporter { name household { headName members { name } } }
                  photos { url } history { action actorName }
                } }
                pageInfo { hasNextPage endCursor }
              }
            }
            """;
    private static final String PROGRESS = "subscription ($id: ID!) { caseProgress(id: $id) { state assigneeName } }";
    private static final String DEAD =
            "{ deadLetters(first: 100) { edges { node { id handler eventType error attempts } } } }";
    private static final String PUBLISH =
            "mutation ($input: RelayPublishInput!) { relayPublish(input: $input) { effect { id } } }";

    private static TestHost host;
    private static TwoCounties counties;
    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient neighbour;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(RelayPlugin.source().pack(host.scratchFolder()));
        counties = TwoCounties.of(host, RelayPlugin.ID);
        county = counties.first();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        resident = county.resident(county.groupCode(1, 1, 1));
        neighbour = county.resident(county.groupCode(1, 1, 1));
    }

    private static void refused(GraphqlClient actor, ErrorType type, String mutation, Map<String, ?> input) {
        actor.expectError(type, Casework.document(mutation), Casework.input(input));
    }

    private static void refused(
            GraphqlClient actor, ErrorType type, String code, String mutation, Map<String, ?> input) {
        actor.expectError(type, code, Casework.document(mutation), Casework.input(input));
    }

    @Test
    @DisplayName(
            "Reported, handled, sent back, handled, closed, rated, reopened, closed: each step by the right hands, in the history")
    void wholeLife() throws SQLException {
        String id = Casework.report(resident, "转角处发现有垃圾，请问能处理吗？");
        GraphqlClient otherWorker = county.gridWorker(county.gridCode(1, 2));
        GraphqlClient otherCadre = county.cadre(county.villageCode(2));
        Map<String, Object> of = Map.of("caseId", id);
        Map<String, Object> because = Map.of("caseId", id, "reason", "还没清理干净");
        Map<String, Object> stars = Map.of("caseId", id, "stars", 5);

        refused(resident, ErrorType.FORBIDDEN, "caseHandle", Casework.handling(id));
        refused(cadre, ErrorType.FORBIDDEN, "caseHandle", Casework.handling(id));
        refused(otherWorker, ErrorType.NOT_FOUND, "caseHandle", Casework.handling(id));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseClose", of);
        refused(resident, ErrorType.PRECONDITION, "CASE_STATE", "caseRate", stars);
        assertEquals("HANDLED", Casework.step(gridWorker, "caseHandle", Casework.handling(id)));

        refused(gridWorker, ErrorType.PRECONDITION, "CASE_STATE", "caseHandle", Casework.handling(id));
        refused(gridWorker, ErrorType.FORBIDDEN, "caseClose", of);
        refused(resident, ErrorType.FORBIDDEN, "caseClose", of);
        refused(otherCadre, ErrorType.NOT_FOUND, "caseClose", of);
        refused(otherCadre, ErrorType.NOT_FOUND, "caseSendBack", because);
        assertEquals("DISPATCHED", Casework.step(cadre, "caseSendBack", because));
        assertEquals("HANDLED", Casework.step(gridWorker, "caseHandle", Casework.handling(id)));
        assertEquals("CLOSED", Casework.step(cadre, "caseClose", of));

        refused(neighbour, ErrorType.NOT_FOUND, "caseRate", stars);
        refused(gridWorker, ErrorType.FORBIDDEN, "caseRate", stars);
        refused(resident, ErrorType.INVALID_INPUT, "caseRate", Map.of("caseId", id, "stars", 6));
        assertEquals("CLOSED", Casework.step(resident, "caseRate", stars));
        refused(resident, ErrorType.PRECONDITION, "CASE_RATED", "caseRate", stars);

        refused(neighbour, ErrorType.NOT_FOUND, "caseReopen", because);
        assertEquals("DISPATCHED", Casework.step(resident, "caseReopen", because));
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        assertEquals("CLOSED", Casework.step(cadre, "caseClose", of));
        refused(resident, ErrorType.PRECONDITION, "CASE_REOPEN_OVER", "caseReopen", because);

        JsonNode read = Casework.read(resident, id).at("/node");
        assertEquals(2, read.get("round").asInt());
        assertEquals(
                List.of(
                        "REPORT",
                        "DISPATCH",
                        "HANDLE",
                        "SEND_BACK",
                        "HANDLE",
                        "CLOSE",
                        "RATE",
                        "REOPEN",
                        "HANDLE",
                        "CLOSE"),
                texts(read.get("history"), "action"));
        JsonNode dispatched = read.get("history").get(1);
        assertEquals("AWAITING_DISPATCH", read.at("/history/0/toState").asText());
        assertEquals("DISPATCHED", dispatched.get("toState").asText());
        assertEquals("the platform", dispatched.get("actorName").asText());
        assertEquals(gridWorker.name(), dispatched.get("note").asText());
        assertEquals(
                "系统",
                Casework.read(resident.inLanguage("zh-CN"), id)
                        .at("/node/history/1/actorName")
                        .asText());
        assertTrue(read.get("history").get(2).get("actorName").asText().contains(gridWorker.name()));
    }

    private static List<String> texts(JsonNode rows, String field) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.get(field).asText())
                .toList();
    }

    @Test
    @DisplayName("Who may see a case but not know its reporter finds no name in its history either")
    void reportersAreNotNamed() {
        GraphqlClient reporter = county.resident(county.groupCode(2, 1, 1));
        String id = reporter.mutate(
                        Casework.document("caseReport"),
                        Casework.input(Casework.with(
                                Casework.reportInput("有人在此倾倒垃圾", List.of()),
                                "divisionId",
                                county.divisionId(county.gridCode(1, 1)))))
                .at("/caseReport/case/id")
                .asText();
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        Casework.step(cadre, "caseClose", Map.of("caseId", id));
        Casework.step(reporter, "caseRate", Map.of("caseId", id, "stars", 4, "comment", " 谢谢 "));
        Casework.step(reporter, "caseReopen", Map.of("caseId", id, "reason", "又有了"));

        String document =
                "query ($id: ID!) { node(id: $id) { ... on Case { reporter { name } history { id action actorName note } } } }";
        for (GraphqlClient unacquainted : List.of(gridWorker, cadre)) {
            JsonNode read = unacquainted.query(document, Map.of("id", id)).at("/node");
            assertTrue(read.get("reporter").isNull());
            assertFalse(read.toString().contains(reporter.name()), read::toString);
            for (int row : List.of(0, 4, 5)) {
                assertEquals(
                        "the reporter",
                        read.at("/history/" + row + "/actorName").asText());
            }
            assertEquals(
                    "上报人",
                    unacquainted
                            .inLanguage("zh-CN")
                            .query(
                                    "query ($id: ID!) { node(id: $id) { ... on CaseStep { actorName } } }",
                                    Map.of("id", read.at("/history/0/id").asText()))
                            .at("/node/actorName")
                            .asText());
        }
        for (GraphqlClient acquainted : List.of(reporter, county.administrator())) {
            JsonNode read = acquainted.query(document, Map.of("id", id)).at("/node");
            assertEquals(reporter.name(), read.at("/history/0/actorName").asText());
            assertEquals(reporter.name(), read.at("/history/4/actorName").asText());
            assertEquals("谢谢", read.at("/history/4/note").asText());
        }
    }

    @Test
    @DisplayName("A cadre neither closes nor sends back what the cadre reported")
    void ownReportsAreVerifiedByOthers() {
        GraphqlClient both = county.resident(county.groupCode(1, 1, 1));
        Casework.appoint(county, both, "VILLAGE_CADRE", county.villageCode(1));
        String id = Casework.handled(both, gridWorker);
        refused(both, ErrorType.FORBIDDEN, "OWN_AFFAIR", "caseClose", Map.of("caseId", id));
        refused(both, ErrorType.FORBIDDEN, "OWN_AFFAIR", "caseSendBack", Map.of("caseId", id, "reason", "还没清理干净"));
        assertEquals("CLOSED", Casework.step(cadre, "caseClose", Map.of("caseId", id)));
        String others = Casework.handled(resident, gridWorker);
        assertEquals("CLOSED", Casework.step(both, "caseClose", Map.of("caseId", others)));
    }

    @Test
    @DisplayName(
            "A grid worker who leaves the post leaves the cases: what is open waits for the cadre, and none is seen any longer")
    void leavingThePost() {
        County other = counties.second();
        GraphqlClient reporter = other.resident(other.groupCode(2, 1, 1));
        GraphqlClient leaving = other.resident(other.groupCode(2, 1, 2));
        GraphqlClient village = other.cadre(other.villageCode(2));
        String post = Casework.appoint(other, leaving, "GRID_WORKER", other.gridCode(2, 2));
        Map<String, Object> there = Casework.with(
                Casework.reportInput("河边有垃圾", List.of()), "divisionId", other.divisionId(other.gridCode(2, 2)));
        List<String> cases = IntStream.range(0, 3)
                .mapToObj(i -> reporter.mutate(Casework.document("caseReport"), Casework.input(there))
                        .at("/caseReport/case/id")
                        .asText())
                .toList();
        String open = cases.get(0);
        String handled = cases.get(1);
        String closed = cases.get(2);
        Casework.step(leaving, "caseHandle", Casework.handling(handled));
        Casework.step(leaving, "caseHandle", Casework.handling(closed));
        Casework.step(village, "caseClose", Map.of("caseId", closed));
        String mine = "{ cases(first: 100, assignedToMe: true) { edges { node { id } } } }";
        assertEquals(3, leaving.query(mine).at("/cases/edges").size());

        int before = Casework.read(village, open).at("/node/version").asInt();
        other.administrator()
                .mutate(
                        "mutation ($id: ID!) { postEnd(input: { postId: $id }) { post { until } } }",
                        Map.of("id", post));

        JsonNode waiting = Casework.read(village, open).at("/node");
        assertEquals("AWAITING_DISPATCH", waiting.get("state").asText());
        assertTrue(waiting.get("assigneeName").isNull());
        assertEquals(before + 1, waiting.get("version").asInt());
        assertEquals(List.of("REPORT", "DISPATCH", "RELEASE"), texts(waiting.get("history"), "action"));
        assertEquals(leaving.name(), waiting.at("/history/2/note").asText());
        assertEquals(
                "HANDLED", Casework.read(village, handled).at("/node/state").asText());
        assertEquals(0, leaving.query(mine).at("/cases/edges").size());
        assertEquals(
                0, leaving.query(LIST, Map.of("first", 10)).at("/cases/edges").size());
        cases.forEach(id -> assertTrue(Casework.read(leaving, id).at("/node").isNull()));
        refused(leaving, ErrorType.FORBIDDEN, "caseHandle", Casework.handling(open));

        assertEquals(
                "AWAITING_DISPATCH",
                Casework.step(village, "caseSendBack", Map.of("caseId", handled, "reason", "还没清理干净")));
        assertEquals(
                "AWAITING_DISPATCH",
                Casework.step(reporter, "caseReopen", Map.of("caseId", closed, "reason", "还没清理干净")));
        String next = post(other.gridWorker(other.gridCode(2, 1)));
        assertEquals("DISPATCHED", Casework.step(village, "caseDispatch", Map.of("caseId", open, "postId", next)));
    }

    @Test
    @DisplayName("A refusal calls states and fields by the names that people know, and tells clients the constants")
    void refusalsAreWorded() {
        String id = Casework.report(resident, "转角处发现有垃圾");
        ApiError state = cadre.inLanguage("zh-CN")
                .expectError(
                        ErrorType.PRECONDITION,
                        "CASE_STATE",
                        Casework.document("caseClose"),
                        Casework.input(Map.of("caseId", id)));
        assertEquals("事件当前为“待处置”状态，不能进行此操作。", state.message());
        assertEquals("DISPATCHED", state.params().get("state").asText());
        ApiError field = resident.expectError(
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                Casework.document("caseReport"),
                Casework.input(Casework.reportInput(" ", List.of())));
        assertEquals("description", field.params().get("field").asText());
        assertTrue(field.message().contains("“description”"), field.message());
    }

    @Test
    @DisplayName("A text's length is counted in characters as people count them, and kept without the space around it")
    void lengthsArePeoples() {
        String longest = "𠮷".repeat(500);
        String id = Casework.report(resident, " " + longest + " ");
        assertEquals(
                longest,
                resident.query("query ($id: ID!) { node(id: $id) { ... on Case { description } } }", Map.of("id", id))
                        .at("/node/description")
                        .asText());
        resident.expectError(
                ErrorType.INVALID_INPUT,
                Casework.document("caseReport"),
                Casework.input(Casework.reportInput(longest + "一", List.of())));
    }

    @Test
    @DisplayName("Among thousands of cases, those that a person reported are found by an index, in their order")
    void ownCasesAreFoundByAnIndex() throws SQLException {
        Casework.report(resident, "转角处发现有垃圾");
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String columns =
                    "tenant_id, class_code, description, state, division_id, division_code, reporter_id, reporter_name,"
                            + " reporter_household_id, reporter_division_code, round, reported_at, version";
            statement.execute("insert into lianhu_core.case_record (id, number, reporter_subject, " + columns + ")"
                    + " select uuidv7(), 'copy-' || n, 'somebody-' || n % 5, " + columns
                    + " from (select * from lianhu_core.case_record where tenant_id = '" + county.code()
                    + "' limit 1) one cross join generate_series(1, 5000) n");
            statement.execute("analyze lianhu_core.case_record");
            statement.execute("set local lianhu.tenant = '" + county.code() + "'");
            statement.execute("set local role lianhu_core");
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery("explain select * from lianhu_core.case_record"
                    + " where reporter_subject = 'somebody-3' order by id desc fetch first 21 rows only")) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            connection.rollback();
            assertTrue(plan.toString().contains("case_reporter_subject"), plan::toString);
            assertFalse(plan.toString().contains("Sort"), plan::toString);
        }
    }

    @Test
    @DisplayName("After 7 days a case is not reopened, but reported anew")
    void reopeningHasItsTime() throws SQLException {
        String id = Casework.handled(resident, gridWorker);
        Casework.step(cadre, "caseClose", Map.of("caseId", id));
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update lianhu_core.case_record set closed_at = closed_at - interval '8 days'"
                    + " where tenant_id = '" + county.code() + "' and state = 'CLOSED'");
        }
        refused(
                resident,
                ErrorType.PRECONDITION,
                "CASE_REOPEN_OVER",
                "caseReopen",
                Map.of("caseId", id, "reason", "还没清理干净"));
    }

    @Test
    @DisplayName("Where no grid worker is known it waits for the cadre, who dispatches it to one of the village")
    void withoutAGridWorker() {
        String id = resident.mutate(
                        Casework.document("caseReport"),
                        Casework.input(Casework.with(
                                Casework.reportInput("村口路灯不亮", List.of()),
                                "divisionId",
                                county.divisionId(county.villageCode(1)))))
                .at("/caseReport/case/id")
                .asText();
        assertEquals(
                "AWAITING_DISPATCH",
                Casework.read(resident, id).at("/node/state").asText());
        String own = post(gridWorker);
        String foreign = post(county.gridWorker(county.gridCode(2, 1)));
        refused(gridWorker, ErrorType.FORBIDDEN, "caseDispatch", Map.of("caseId", id, "postId", own));
        refused(cadre, ErrorType.NOT_FOUND, "caseDispatch", Map.of("caseId", id, "postId", foreign));
        refused(cadre, ErrorType.NOT_FOUND, "caseDispatch", Map.of("caseId", id, "postId", post(cadre)));
        assertEquals("DISPATCHED", Casework.step(cadre, "caseDispatch", Map.of("caseId", id, "postId", own)));
    }

    private static String post(GraphqlClient holder) {
        return holder.query("{ viewer { posts { id } } }")
                .at("/viewer/posts/0/id")
                .asText();
    }

    @Test
    @DisplayName("Who has seen an older version changes nothing")
    void versions() {
        String id = Casework.handled(resident, gridWorker);
        int seen = Casework.read(cadre, id).at("/node/version").asInt();
        refused(cadre, ErrorType.CONFLICT, "caseClose", Map.of("caseId", id, "version", seen - 1));
        assertEquals("CLOSED", Casework.step(cadre, "caseClose", Map.of("caseId", id, "version", seen)));
    }

    @Test
    @DisplayName("Of 8 closings at once one succeeds, and leaves one row and one event")
    void oneClosingOfEight() throws Exception {
        String id = Casework.handled(resident, gridWorker);
        List<Answer> answers =
                atOnce(8, () -> cadre.ask(Casework.document("caseClose"), Casework.input(Map.of("caseId", id))));
        assertEquals(
                1, answers.stream().filter(answer -> answer.errors().isEmpty()).count());
        for (Answer answer : answers) {
            for (ApiError error : answer.errors()) {
                assertTrue(List.of("CASE_STATE", "CONFLICT").contains(error.code()), answer::toString);
            }
        }
        JsonNode read = Casework.read(cadre, id).at("/node");
        assertEquals(List.of("REPORT", "DISPATCH", "HANDLE", "CLOSE"), texts(read.get("history"), "action"));
        assertEquals(1, read.get("round").asInt());
    }

    static <T> List<T> atOnce(int times, Callable<T> call) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(java.util.Collections.nCopies(times, call))) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    @DisplayName("A page goes on where it ended, whatever is reported meanwhile, and each sees the own cases only")
    void pagesAreStable() {
        GraphqlClient reporter = county.resident(county.groupCode(1, 2, 1));
        List<String> reported = IntStream.range(0, 5)
                .mapToObj(i -> Casework.report(reporter, "第" + i + "件事"))
                .toList();
        List<String> seen = new ArrayList<>();
        JsonNode page = reporter.query(LIST, Map.of("first", 2)).at("/cases");
        seen.addAll(ids(page));
        for (int i = 0; page.at("/pageInfo/hasNextPage").asBoolean() && i < 10; i++) {
            Casework.report(reporter, "又一件事");
            page = reporter.query(
                            LIST,
                            Map.of(
                                    "first",
                                    2,
                                    "after",
                                    page.at("/pageInfo/endCursor").asText()))
                    .at("/cases");
            seen.addAll(ids(page));
        }
        List<String> newestFirst = new ArrayList<>(reported);
        java.util.Collections.reverse(newestFirst);
        assertEquals(newestFirst, seen);
        assertFalse(new TreeSet<>(ids(resident.query(LIST, Map.of("first", 50)).at("/cases"))).removeAll(reported));
        assertFalse(new TreeSet<>(ids(counties.second()
                        .administrator()
                        .query(LIST, Map.of("first", 50))
                        .at("/cases")))
                .removeAll(reported));
    }

    private static List<String> ids(JsonNode connection) {
        return StreamSupport.stream(connection.get("edges").spliterator(), false)
                .map(edge -> edge.at("/node/id").asText())
                .toList();
    }

    @Test
    @DisplayName("A list of 20 cases costs as many round trips as a list of one")
    void listsCostTheSame() {
        List<GraphqlClient> reporters = Stream.generate(() -> county.resident(county.groupCode(2, 2, 1)))
                .limit(3)
                .toList();
        GraphqlClient worker = county.gridWorker(county.gridCode(2, 2));
        for (int i = 0; i < 20; i++) {
            GraphqlClient reporter = reporters.get(i % 3);
            Casework.report(reporter, "第" + i + "件事", reporter.uploadPhoto(Photos.jpeg(32, 24)));
        }
        worker.query(LIST, Map.of("first", 20));
        Answer one = worker.query(LIST, Map.of("first", 1));
        Answer twenty = worker.query(LIST, Map.of("first", 20));
        assertEquals(20, twenty.at("/cases/edges").size());
        assertFalse(twenty.at("/cases/edges/0/node/reporter/household/headName").isNull());
        assertEquals(one.roundTrips(), twenty.roundTrips());
        System.out.printf("casework: a list of 20 cases costs %s, as a list of 1 does%n", twenty.roundTrips());
    }

    @Test
    @DisplayName("A photo is served to who may see its case, without what the telephone wrote into it")
    void photosAreServedToWhoMaySee() {
        String photo = resident.uploadPhoto(Photos.jpegWithGps());
        String id = Casework.report(resident, "转角处发现有垃圾", photo);
        JsonNode shown = Casework.read(gridWorker, id).at("/node/photos/0");
        String url = shown.get("url").asText();
        for (GraphqlClient allowed : List.of(resident, gridWorker, cadre, county.administrator())) {
            Reply served = allowed.download(url);
            assertEquals(200, served.status());
            assertEquals("image/jpeg", served.header("Content-Type").orElse(""));
            String bytes = new String(served.body(), StandardCharsets.ISO_8859_1);
            assertFalse(bytes.contains("Exif"));
            assertFalse(bytes.contains(Photos.CAMERA));
        }
        assertEquals(404, neighbour.download(url).status());
        assertEquals(404, county.gridWorker(county.gridCode(1, 2)).download(url).status());
        assertEquals(404, counties.second().administrator().download(url).status());
        assertEquals(403, resident.at(counties.second()).download(url).status());
        assertEquals(401, county.anonymous().download(url).status());
        assertEquals(404, resident.download("/photos/" + id).status());
        assertEquals(404, resident.download("/photos/nothing").status());

        refused(
                resident,
                ErrorType.INVALID_INPUT,
                "PHOTO_TAKEN",
                "caseReport",
                Casework.reportInput("再报一次", List.of(photo)));
        refused(
                neighbour,
                ErrorType.INVALID_INPUT,
                "PHOTO_TAKEN",
                "caseReport",
                Casework.reportInput("别人的照片", List.of(resident.uploadPhoto(Photos.jpeg(8, 8)))));
        String turned = resident.uploadPhoto(Photos.jpegTurned(64, 48, 6));
        String upright = Casework.report(resident, "转过的照片", turned);
        assertEquals(
                48, Casework.read(resident, upright).at("/node/photos/0/width").asInt());
    }

    @Test
    @DisplayName("Who follows a case learns of a change made through another replica, and nobody else does")
    void progressIsTold() {
        String id = Casework.report(resident, "转角处发现有垃圾");
        Map<String, Object> of = Map.of("id", id);
        try (Replica second = host.secondReplica();
                GraphqlSubscription own = resident.subscribe(PROGRESS, of);
                GraphqlSubscription over = cadre.through(second).subscribe(PROGRESS, of);
                GraphqlSubscription curious = neighbour.subscribe(PROGRESS, of);
                GraphqlSubscription elsewhere =
                        counties.second().administrator().subscribe(PROGRESS, of)) {
            for (GraphqlSubscription stranger : List.of(curious, elsewhere)) {
                assertEquals("NOT_FOUND", stranger.awaitError().errors().get(0).code());
            }
            assertEquals("DISPATCHED", own.next().at("/caseProgress/state").asText(), "first as it is");
            assertEquals("DISPATCHED", over.next().at("/caseProgress/state").asText());
            Casework.step(gridWorker.through(second), "caseHandle", Casework.handling(id));
            assertEquals("HANDLED", own.next().at("/caseProgress/state").asText());
            assertEquals("HANDLED", over.next().at("/caseProgress/state").asText());
            Casework.step(cadre, "caseSendBack", Map.of("caseId", id, "reason", "还没清理干净"));
            assertEquals("DISPATCHED", own.next().at("/caseProgress/state").asText());
            assertEquals("DISPATCHED", over.next().at("/caseProgress/state").asText());
            own.staysSilent(Duration.ofMillis(200));
        }
    }

    @Test
    @DisplayName("Who loses the post is told no more")
    void progressEndsWithThePost() {
        County other = counties.second();
        GraphqlClient worker = other.gridWorker(other.gridCode(1, 1));
        GraphqlClient reporter = other.resident(other.groupCode(1, 1, 1));
        GraphqlClient village = other.cadre(other.villageCode(1));
        String id = Casework.handled(reporter, worker);
        try (GraphqlSubscription following = village.subscribe(PROGRESS, Map.of("id", id))) {
            assertEquals("HANDLED", following.next().at("/caseProgress/state").asText());
            other.administrator()
                    .mutate(
                            "mutation ($id: ID!) { postEnd(input: { postId: $id }) { post { until } } }",
                            Map.of("id", post(village)));
            Casework.step(otherCadre(other), "caseClose", Map.of("caseId", id));
            assertEquals("FORBIDDEN", following.awaitError().errors().get(0).type());
        }
    }

    private static GraphqlClient otherCadre(County other) {
        GraphqlClient fresh = other.stranger();
        Casework.appoint(other, fresh, "VILLAGE_CADRE", other.villageCode(1));
        return fresh;
    }

    private static void publish(UUID aggregate, String what, int failures, int times) {
        county.administrator()
                .mutate(
                        PUBLISH,
                        Casework.input(Map.of(
                                "aggregate",
                                aggregate.toString(),
                                "what",
                                what,
                                "failures",
                                failures,
                                "times",
                                times)));
    }

    private static List<String> effects(UUID aggregate) {
        List<String> effects = new ArrayList<>();
        county.administrator()
                .query("query ($a: String!) { relayEffects(aggregate: $a) }", Map.of("a", aggregate.toString()))
                .at("/relayEffects")
                .forEach(effect -> effects.add(effect.asText()));
        return effects;
    }

    @Test
    @DisplayName(
            "An event whose handler fails twice has its effect once; one that always fails is a dead letter that holds back only its own")
    void eventsAreDeliveredOnce() {
        UUID shaky = UUID.randomUUID();
        publish(shaky, "shaky", 2, 1);
        publish(shaky, "after it", 0, 3);
        Eventually.passes(() -> assertEquals(List.of("shaky", "after it", "after it", "after it"), effects(shaky)));

        UUID stuck = UUID.randomUUID();
        publish(stuck, "stuck", Integer.MAX_VALUE, 1);
        publish(stuck, "held back", 0, 100);
        UUID free = UUID.randomUUID();
        publish(free, "free", 0, 1);
        Eventually.passes(() -> assertEquals(List.of("free"), effects(free)));
        GraphqlClient administrator = county.administrator();
        Eventually.passes(() -> assertEquals(
                1, administrator.query(DEAD).at("/deadLetters/edges").size()));
        JsonNode dead = administrator.query(DEAD).at("/deadLetters/edges/0/node");
        assertEquals("relay-probe/effects", dead.get("handler").asText());
        assertTrue(dead.get("eventType").asText().contains("Happened"));
        assertTrue(dead.get("error").asText().contains("planned failure of stuck"));
        assertEquals(OneHost.ATTEMPTS, dead.get("attempts").asInt());
        assertEquals(List.of(), effects(stuck));
        publish(free, "still free", 0, 1);
        Eventually.passes(() -> assertEquals(List.of("free", "still free"), effects(free)));

        assertEquals(
                0,
                counties.second()
                        .administrator()
                        .query(DEAD)
                        .at("/deadLetters/edges")
                        .size());
        gridWorker.expectError(ErrorType.FORBIDDEN, DEAD, Map.of());
        String replay = "mutation ($id: ID!) { deadLetterReplay(input: { deadLetterId: $id }) { deadLetter { id } } }";
        Map<String, Object> letter = Map.of("id", dead.get("id").asText());
        gridWorker.expectError(ErrorType.FORBIDDEN, replay, letter);
        counties.second().administrator().expectError(ErrorType.NOT_FOUND, replay, letter);
        publish(UUID.randomUUID(), "heal", 0, 1);
        administrator.mutate(replay, letter);
        Eventually.within(Duration.ofSeconds(40))
                .untilPasses(() -> assertEquals(101, effects(stuck).size()));
        assertEquals("stuck", effects(stuck).get(0));
        assertEquals(0, administrator.query(DEAD).at("/deadLetters/edges").size());
    }
}
