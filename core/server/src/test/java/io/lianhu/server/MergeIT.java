package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TwoCounties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is in the register twice: found, made one, and two again. */
@DisplayName("Two records of one person become one, with all that belongs to them, and two again as they were")
final class MergeIT {
    private static final String FIELDS =
            "id mergedByName undoUntil undoneAt kept { id name } merged { id state mergedInto { id } }";
    private static final String MERGE =
            "mutation ($input: ResidentMergeInput!) { residentMerge(input: $input) { merge { " + FIELDS + " } } }";
    private static final String UNDO =
            "mutation ($input: ResidentMergeUndoInput!) { residentMergeUndo(input: $input) { merge { " + FIELDS
                    + " } } }";
    private static final String SUGGEST =
            "query ($code: String!, $first: Int!, $after: String) { residentDuplicates(divisionCode: $code, first: $first, after: $after)"
                    + " { edges { node { resident { id telephone } others { other { id } because differing } } }"
                    + " pageInfo { hasNextPage endCursor } } }";
    private static final LocalDate BORN = LocalDate.of(1941, 3, 9);

    private static TwoCounties counties;
    private static County county;
    private static String home;
    private static GraphqlClient worker;
    private static GraphqlClient cadre;

    @BeforeAll
    static void start() {
        counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        home = county.groupCode(1, 1, 1);
        worker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
    }

    private static String recorded(County where, String name, Object... more) {
        return People.record(
                where.gridWorker(where.gridCode(1, 1)), People.said(where, where.groupCode(1, 1, 1), name, more));
    }

    private static Map<String, Object> input(String kept, String other, String... take) {
        return new HashMap<>(Map.of("keptId", kept, "otherId", other, "take", List.of(take)));
    }

    private static JsonNode merged(GraphqlClient by, Map<String, Object> input) {
        return by.mutate(MERGE, Casework.input(input)).at("/residentMerge/merge");
    }

    private static JsonNode undone(GraphqlClient by, JsonNode merge) {
        return by.mutate(UNDO, Casework.input(Map.of("mergeId", merge.get("id").asText())))
                .at("/residentMergeUndo/merge");
    }

    private static void refused(String code, GraphqlClient by, Map<String, Object> input) {
        by.expectError(ErrorType.PRECONDITION, code, MERGE, Casework.input(input));
    }

    private static void undoRefused(String code, JsonNode merge) {
        cadre.expectError(
                ErrorType.PRECONDITION,
                code,
                UNDO,
                Casework.input(Map.of("mergeId", merge.get("id").asText())));
    }

    private static String residentId(GraphqlClient person) {
        return person.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    /** All that the tables have on the records, but for how often they were written. */
    private static List<String> rows(String... residents) {
        String ids = List.of(residents).stream()
                .map(id -> "'" + GlobalId.decode(id).orElseThrow().uuid() + "'")
                .collect(Collectors.joining(", "));
        return select("select (to_jsonb(r) - 'version')::text from lianhu_core.resident r where id in (" + ids + ")"
                + " union all select (to_jsonb(t))::text from lianhu_core.resident_tag t where resident_id in (" + ids
                + ") union all select (to_jsonb(t))::text from lianhu_core.notice_receipt t where resident_id in ("
                + ids
                + ") union all select (to_jsonb(c) - 'version')::text from lianhu_core.case_record c where reporter_id in ("
                + ids
                + ") union all select (to_jsonb(h) - 'version')::text from lianhu_core.home h where household_id in"
                + " (select household_id from lianhu_core.resident where id in (" + ids + "))"
                + " union all select to_jsonb(g)::text from lianhu_core.resident_gram g where resident_id in (" + ids
                + ") order by 1");
    }

    private static List<String> select(String sql) {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(found.getString(1));
            }
            return rows;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String uuid(JsonNode node) {
        return "'" + GlobalId.decode(node.get("id").asText()).orElseThrow().uuid() + "'";
    }

    private static Map<String, JsonNode> suggested(GraphqlClient reader, String code) {
        Map<String, JsonNode> found = new HashMap<>();
        String after = null;
        do {
            Map<String, Object> variables = new HashMap<>(Map.of("code", code, "first", 2));
            variables.put("after", after);
            Answer page = reader.query(SUGGEST, variables);
            page.at("/residentDuplicates/edges")
                    .forEach(edge -> found.put(edge.at("/node/resident/id").asText(), edge.at("/node")));
            after = page.at("/residentDuplicates/pageInfo/hasNextPage").asBoolean()
                    ? page.at("/residentDuplicates/pageInfo/endCursor").asText()
                    : null;
        } while (after != null);
        return found;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    @DisplayName(
            "The same telephone, the same name and birthday, the same name in the same home are suggested, page by page, masked")
    void suggestions() {
        County own = OneHost.get().newCounty();
        String first = recorded(own, "赵一", "telephone", "13900000001", "birthDate", "1950-01-02");
        String second = recorded(own, "赵壹", "telephone", "13900000001", "address", "别处1号", "sex", "MALE");
        String third = recorded(own, "钱二", "birthDate", "1951-01-02", "address", "别处2号");
        String fourth = recorded(own, "钱二", "birthDate", "1951-01-02", "address", "别处3号");
        String fifth = recorded(own, "孙三", "address", "别处4号", "idNumber", People.idNumber(BORN, 11));
        String sixth = recorded(own, "孙三", "address", "别处4号");
        recorded(own, "李四", "address", "别处5号", "idNumber", People.idNumber(BORN, 13));
        recorded(own, "李四", "address", "别处5号", "idNumber", People.idNumber(BORN, 15));
        String parent = recorded(own, "周五", "telephone", "13900000009", "address", "别处6号");
        GraphqlClient at = own.gridWorker(own.gridCode(1, 1));
        String household = at.query(
                        "query ($id: ID!) { node(id: $id) { ... on Resident { household { id } } } }",
                        Map.of("id", parent))
                .at("/node/household/id")
                .asText();
        recorded(own, "周小五", "telephone", "13900000009", "householdId", household);

        Map<String, JsonNode> found = suggested(own.cadre(own.villageCode(1)), own.villageCode(1));
        assertEquals(Set.of(second, fourth, sixth), found.keySet());
        JsonNode phone = found.get(second).at("/others/0");
        assertEquals(first, phone.at("/other/id").asText());
        assertEquals(List.of("TELEPHONE"), texts(phone.get("because")));
        assertEquals(List.of("NAME", "HOME", "BIRTH_DATE", "SEX"), texts(phone.get("differing")));
        assertEquals("139****0001", found.get(second).at("/resident/telephone").asText());
        assertEquals(third, found.get(fourth).at("/others/0/other/id").asText());
        assertEquals(List.of("BIRTH_DATE"), texts(found.get(fourth).at("/others/0/because")));
        assertEquals(fifth, found.get(sixth).at("/others/0/other/id").asText());
        assertEquals(List.of("HOME"), texts(found.get(sixth).at("/others/0/because")));

        own.cadre(own.villageCode(2))
                .expectError(ErrorType.FORBIDDEN, SUGGEST, Map.of("code", own.villageCode(1), "first", 2));
        own.administrator().expectError(ErrorType.INVALID_INPUT, SUGGEST, Map.of("code", own.code(), "first", 2));
        at.expectError(ErrorType.FORBIDDEN, SUGGEST, Map.of("code", own.villageCode(1), "first", 2));
    }

    @Test
    @DisplayName("Cases, tags, login, home and what was chosen go to the kept record; undone, every row is as it was")
    void exact() {
        GraphqlClient person = county.resident(home);
        String online = residentId(person);
        String report = Casework.report(person, "路灯不亮");
        String tag = county.administrator()
                .mutate(
                        "mutation ($input: TagSaveInput!) { tagSave(input: $input) { tag { id } } }",
                        Casework.input(Map.of("name", "重点关爱", "confidential", false)))
                .at("/tagSave/tag/id")
                .asText();
        String number = People.idNumber(BORN, 21);
        String elder = recorded(county, "石奶奶", "idNumber", number, "telephone", "13985012345", "residence", "MIGRANT");
        worker.mutate(
                "mutation ($input: ResidentTagInput!) { residentTag(input: $input) { resident { id } } }",
                Casework.input(Map.of("tagId", tag, "residentId", online, "present", true)));
        String building = worker.mutate(
                        "mutation ($input: BuildingSaveInput!) { buildingSave(input: $input) { building { id } } }",
                        Casework.input(Map.of(
                                "divisionId",
                                county.divisionId(county.gridCode(1, 1)),
                                "name",
                                "合栋",
                                "address",
                                "合1号")))
                .at("/buildingSave/building/id")
                .asText();
        String household = person.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        String room = worker.mutate(
                        "mutation ($input: HomeSaveInput!) { homeSave(input: $input) { home { id } } }",
                        Casework.input(Map.of(
                                "buildingId", building, "room", "101", "usage", "OWN", "householdId", household)))
                .at("/homeSave/home/id")
                .asText();
        List<String> before = rows(elder, online);

        JsonNode merge = merged(cadre, input(elder, online, "NAME"));
        assertEquals(cadre.name(), merge.get("mergedByName").asText());
        assertEquals(person.name(), merge.at("/kept/name").asText());
        assertEquals("MERGED", merge.at("/merged/state").asText());
        assertEquals(elder, merge.at("/merged/mergedInto/id").asText());
        assertEquals(elder, residentId(person));
        JsonNode known = cadre.query(
                        "query ($id: ID!) { node(id: $id) { ... on Resident { name telephone residence tags { name }"
                                + " household { headName home { id } } } } }",
                        Map.of("id", elder))
                .at("/node");
        assertEquals("139****2345", known.get("telephone").asText());
        assertEquals("MIGRANT", known.get("residence").asText());
        assertEquals(List.of("重点关爱"), known.get("tags").findValuesAsText("name"));
        assertEquals(room, known.at("/household/home/id").asText());
        assertEquals(
                List.of(report),
                person.query("{ cases(first: 5) { edges { node { id } } } }")
                        .at("/cases/edges")
                        .findValuesAsText("id"));

        assertNotEquals("null", undone(cadre, merge).get("undoneAt").toString());
        assertEquals(before, rows(elder, online));
        assertEquals(online, residentId(person));
        undoRefused("RESIDENT_MERGE_UNDONE", merge);
        assertEquals(
                1,
                cadre.query(
                                "query ($id: ID!) { residentMerges(residentId: $id, first: 5) { edges { node { id undoneAt } } } }",
                                Map.of("id", online))
                        .at("/residentMerges/edges")
                        .size());
        assertTrue(county.administrator()
                .query(
                        "query ($id: ID!) { auditEntries(objectId: $id, first: 20) { edges { node { action } } } }",
                        Map.of("id", elder))
                .toString()
                .contains("residentMerge"));
    }

    @Test
    @DisplayName("Undone, what came to the kept record since stays with it, and what was said of it since stands")
    void since() {
        GraphqlClient person = county.resident(home);
        String online = residentId(person);
        String paper = recorded(county, "吴老五", "residence", "MIGRANT");
        JsonNode merge = merged(cadre, input(paper, online, "NAME"));
        String report = Casework.report(person, "井盖松动");
        worker.mutate(People.document("residentUpdate"), Casework.input(Map.of("residentId", paper, "name", "吴老伍")));
        undone(cadre, merge);
        assertEquals(
                "吴老伍",
                worker.query("query ($id: ID!) { node(id: $id) { ... on Resident { name } } }", Map.of("id", paper))
                        .at("/node/name")
                        .asText());
        assertEquals(
                List.of(GlobalId.decode(paper).orElseThrow().uuid().toString()),
                select("select reporter_id::text from lianhu_core.case_record where id = '"
                        + GlobalId.decode(report).orElseThrow().uuid() + "'"));
        assertEquals(online, residentId(person));
    }

    @Test
    @DisplayName("Of two logins one is chosen, the other is detached and told; a login with a post is none to detach")
    void logins() {
        GraphqlClient one = county.resident(home);
        GraphqlClient other = county.resident(home);
        String kept = residentId(one);
        String gone = residentId(other);
        Casework.report(one, "垃圾未清");
        List<String> before = rows(kept, gone);
        refused("RESIDENT_MERGE_LOGINS", cadre, input(kept, gone));
        Map<String, Object> chosen = input(kept, gone);
        chosen.put("login", "OTHER");
        JsonNode merge = merged(cadre, chosen);
        assertEquals(kept, residentId(other));
        assertTrue(one.query("{ viewer { resident { id } } }")
                .at("/viewer/resident")
                .isNull());
        assertEquals(
                List.of("您的登录账号已与人口记录解除关联"),
                select(
                        "select c.title_zh from lianhu_core.message m join lianhu_core.message_content c on c.id = m.content_id"
                                + " and c.tenant_id = m.tenant_id where m.receiver = '" + one.subject()
                                + "' and c.kind = 'SYSTEM'"));
        undone(cadre, merge);
        assertEquals(before, rows(kept, gone));
        assertEquals(kept, residentId(one));

        Casework.appoint(county, one, "GRID_WORKER", county.gridCode(1, 1));
        refused("RESIDENT_MERGE_POST", cadre, chosen);
        chosen.put("login", "KEPT");
        assertEquals(gone, merged(cadre, chosen).at("/merged/id").asText());
    }

    @Test
    @DisplayName("Only who works over both merges, nobody in the own household, and no other county's")
    void rights() {
        String mine = recorded(county, "郑六");
        String twin = recorded(county, "郑六");
        String far = People.record(
                county.gridWorker(county.gridCode(2, 1)), People.said(county, county.groupCode(2, 1, 1), "郑六"));
        cadre.expectError(ErrorType.NOT_FOUND, MERGE, Casework.input(input(mine, far)));
        worker.expectError(ErrorType.FORBIDDEN, MERGE, Casework.input(input(mine, twin)));
        cadre.expectError(ErrorType.INVALID_INPUT, MERGE, Casework.input(input(mine, mine)));
        cadre.expectError(ErrorType.INVALID_INPUT, MERGE, Casework.input(input(mine, twin, "LOGIN")));
        cadre.expectError(
                ErrorType.INVALID_INPUT,
                MERGE,
                Casework.input(input(recorded(county, "郑七", "sex", "MALE"), twin, "SEX")));
        String theirs = recorded(counties.second(), "郑六");
        cadre.expectError(ErrorType.NOT_FOUND, MERGE, Casework.input(input(mine, theirs)));
        GraphqlClient stranger = county.stranger();
        String waiting = stranger.mutate(
                        People.document("residentRegister"), Casework.input(People.said(county, home, "郑六")))
                .at("/residentRegister/resident/id")
                .asText();
        refused("RESIDENT_DECIDED", cadre, input(mine, waiting));

        GraphqlClient official = county.resident(home);
        Casework.appoint(county, official, "VILLAGE_CADRE", county.villageCode(1));
        official.expectError(
                ErrorType.FORBIDDEN, "OWN_AFFAIR", MERGE, Casework.input(input(mine, residentId(official))));
        JsonNode merge = merged(county.administrator(), input(mine, far));
        cadre.expectError(
                ErrorType.NOT_FOUND,
                UNDO,
                Casework.input(Map.of(
                        "mergeId",
                        merged(counties.second().administrator(), input(theirs, recorded(counties.second(), "郑六")))
                                .get("id")
                                .asText())));
        cadre.expectError(
                ErrorType.FORBIDDEN,
                UNDO,
                Casework.input(Map.of("mergeId", merge.get("id").asText())));
        undone(county.administrator(), merge);
    }

    @Test
    @DisplayName("What has happened since and stands in the way of undoing is named")
    void inTheWay() throws SQLException {
        String kept = recorded(county, "冯八");
        String number = People.idNumber(BORN, 31);
        JsonNode first = merged(cadre, input(kept, recorded(county, "冯八", "idNumber", number)));
        JsonNode second = merged(cadre, input(kept, recorded(county, "冯捌")));
        undoRefused("RESIDENT_MERGE_LATER", first);
        undone(cadre, second);
        undone(cadre, first);

        // the ID number is corrected, and then recorded for somebody else
        String typo = People.idNumber(BORN, 33);
        String wrong = recorded(county, "冯九", "idNumber", typo);
        JsonNode taken =
                merged(cadre, input(wrong, recorded(county, "冯九", "idNumber", People.idNumber(BORN, 35)), "ID_NUMBER"));
        recorded(county, "冯十", "idNumber", typo);
        undoRefused("RESIDENT_MERGE_ID_TAKEN", taken);

        GraphqlClient person = county.resident(home);
        GraphqlClient again = county.resident(home);
        Map<String, Object> chosen = input(residentId(person), residentId(again));
        chosen.put("login", "KEPT");
        JsonNode detached = merged(cadre, chosen);
        again.mutate(People.document("residentRegister"), Casework.input(People.said(county, home, "冯十一")));
        undoRefused("RESIDENT_MERGE_LOGIN_TAKEN", detached);

        JsonNode old = merged(cadre, input(recorded(county, "冯十二"), recorded(county, "冯十二")));
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update lianhu_core.resident_merge set undo_until = now() where id = " + uuid(old));
        }
        undoRefused("RESIDENT_MERGE_OVER", old);
    }

    private static List<Answer> atOnce(List<Callable<Answer>> tries) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(tries.size());
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(tries)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void oneWins(List<Answer> answers, Set<String> refusals) {
        assertEquals(
                1, answers.stream().filter(answer -> answer.errors().isEmpty()).count(), answers::toString);
        answers.stream()
                .flatMap(answer -> answer.errors().stream())
                .map(ApiError::code)
                .forEach(code -> assertTrue(refusals.contains(code), code));
    }

    @Test
    @DisplayName("Of those who merge crosswise, or undo twice, one does, and the others are told so")
    void races() throws InterruptedException, ExecutionException {
        for (int round = 0; round < 4; round++) {
            String one = recorded(county, "陈" + round);
            String other = recorded(county, "陈" + round);
            GraphqlClient administrator = county.administrator();
            oneWins(
                    atOnce(List.of(
                            () -> cadre.ask(MERGE, Casework.input(input(one, other))),
                            () -> administrator.ask(MERGE, Casework.input(input(other, one))),
                            () -> cadre.ask(MERGE, Casework.input(input(one, other))))),
                    Set.of("CONFLICT", "RESIDENT_DECIDED"));
            String state = "select count(*)::text from lianhu_core.resident where state = 'APPROVED' and tenant_id = '"
                    + county.code() + "' and name = '陈" + round + "'";
            assertEquals(List.of("1"), select(state));
            String id = cadre.query(
                            "query ($id: ID!) { residentMerges(residentId: $id, first: 5) { edges { node { id } } } }",
                            Map.of("id", one))
                    .at("/residentMerges/edges/0/node/id")
                    .asText();
            oneWins(
                    atOnce(List.of(
                            () -> cadre.ask(UNDO, Casework.input(Map.of("mergeId", id))),
                            () -> administrator.ask(UNDO, Casework.input(Map.of("mergeId", id))))),
                    Set.of("CONFLICT", "RESIDENT_MERGE_UNDONE"));
            assertEquals(List.of("2"), select(state));
        }
    }
}
