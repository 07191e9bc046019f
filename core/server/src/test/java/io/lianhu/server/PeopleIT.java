package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TwoCounties;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a county knows of its people, who may say it, and how they are found. */
@DisplayName("People are recorded once, by those who may, and found within the own divisions")
final class PeopleIT {
    private static final String RECORD = People.document("residentRecord");
    private static final String UPDATE = People.document("residentUpdate");
    private static final String REGISTER = People.document("residentRegister");
    private static final String APPROVE = People.document("residentApprove");
    private static final String SEARCH =
            "query ($search: ResidentSearchInput, $after: String) { residents(first: 2, after: $after, search: $search)"
                    + " { edges { node { name } } pageInfo { hasNextPage endCursor } } }";
    private static final LocalDate TODAY = LocalDate.now(ZoneId.of("Asia/Shanghai")); // ages are counted in years
    private static final LocalDate BORN = LocalDate.of(1941, 3, 9);

    private static TwoCounties counties;
    private static County county;
    private static String home;
    private static GraphqlClient worker;

    @BeforeAll
    static void start() {
        counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        home = county.groupCode(1, 1, 1);
        worker = county.gridWorker(county.gridCode(1, 1));
    }

    private static JsonNode record(GraphqlClient actor, Map<String, Object> said) {
        return actor.mutate(RECORD, Casework.input(said)).at("/residentRecord/resident");
    }

    @Test
    @DisplayName("The ID number tells sex and birth date, is kept sealed, and is shown but for its middle")
    void particulars() throws SQLException {
        String number = People.idNumber(BORN, 101);
        JsonNode elder = record(
                worker,
                People.said(
                        county, home, "石奶奶", "idNumber", number, "telephone", "13985012345", "residence", "MIGRANT"));
        assertEquals("APPROVED", elder.get("state").asText());
        assertEquals("MALE", elder.get("sex").asText());
        assertEquals("1941-03-09", elder.get("birthDate").asText());
        assertEquals("139****2345", elder.get("telephone").asText());
        assertEquals(
                "5" + "*".repeat(16) + number.charAt(17), elder.get("idNumber").asText());
        assertEquals(worker.name(), elder.get("actedByName").asText());
        assertEquals("OFFICIAL", elder.get("actedAs").asText());
        assertEquals("石奶奶", elder.at("/household/headName").asText());
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id_number, id_number_digest from lianhu_core.resident"
                        + " where tenant_id = '" + county.code() + "' and name = '石奶奶'")) {
            assertTrue(rows.next());
            assertFalse(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1).contains(number));
            assertEquals(32, rows.getBytes(2).length);
        }

        JsonNode known = worker.mutate(
                        UPDATE,
                        Casework.input(Map.of(
                                "residentId", elder.get("id").asText(), "residence", "USUAL", "address", "高寨村 14号")))
                .at("/residentUpdate/resident");
        assertEquals("USUAL", known.get("residence").asText());
        assertEquals("高寨村 14号", known.get("address").asText());
        assertEquals("139****2345", known.get("telephone").asText());
        worker.expectError(
                ErrorType.INVALID_INPUT,
                "RESIDENT_CONTRADICTION",
                UPDATE,
                Casework.input(Map.of("residentId", elder.get("id").asText(), "sex", "FEMALE")));
    }

    @Test
    @DisplayName(
            "What contradicts the ID number, or does not check, is refused; so is a person who is recorded already")
    void refusals() {
        String number = People.idNumber(BORN, 203);
        String wrong = number.substring(0, 17) + (number.charAt(17) == '1' ? '2' : '1');
        worker.expectError(
                ErrorType.INVALID_INPUT,
                "RESIDENT_ID_NUMBER",
                RECORD,
                Casework.input(People.said(county, home, "石爷爷", "idNumber", wrong)));
        worker.expectError(
                ErrorType.INVALID_INPUT,
                "RESIDENT_CONTRADICTION",
                RECORD,
                Casework.input(People.said(county, home, "石爷爷", "idNumber", number, "sex", "FEMALE")));
        worker.expectError(
                ErrorType.INVALID_INPUT,
                "RESIDENT_CONTRADICTION",
                RECORD,
                Casework.input(People.said(county, home, "石爷爷", "idNumber", number, "birthDate", "1941-03-10")));
        worker.expectError(
                ErrorType.INVALID_INPUT,
                RECORD,
                Casework.input(People.said(
                        county, home, "石爷爷", "birthDate", TODAY.plusDays(1).toString())));
        worker.expectError(
                ErrorType.INVALID_INPUT,
                RECORD,
                Casework.input(People.said(county, home, "石爷爷", "telephone", "call me")));
        record(worker, People.said(county, home, "石爷爷", "idNumber", number));
        worker.expectError(
                ErrorType.PRECONDITION,
                "RESIDENT_RECORDED",
                RECORD,
                Casework.input(People.said(county, home, "石爷爷", "idNumber", number)));
        worker.expectError(
                ErrorType.FORBIDDEN, RECORD, Casework.input(People.said(county, county.groupCode(2, 1, 1), "石爷爷")));
        county.administrator()
                .expectError(ErrorType.FORBIDDEN, RECORD, Casework.input(People.said(county, home, "石爷爷")));

        County other = counties.second();
        assertEquals(
                "APPROVED",
                record(
                                other.gridWorker(other.gridCode(1, 1)),
                                People.said(other, other.groupCode(1, 1, 1), "石爷爷", "idNumber", number))
                        .get("state")
                        .asText());
    }

    @Test
    @DisplayName("A child records a parent of the same household, and somebody else approves")
    void family() {
        GraphqlClient child = county.resident(home);
        String household = child.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        JsonNode parent =
                record(child, People.said(county, home, "罗大爷", "householdId", household, "relation", "PARENT"));
        assertEquals("PENDING", parent.get("state").asText());
        assertEquals("FAMILY", parent.get("actedAs").asText());
        GraphqlClient busy = county.resident(home);
        Map<String, Object> another = People.said(
                county,
                home,
                "罗大妈",
                "householdId",
                busy.query("{ viewer { resident { household { id } } } }")
                        .at("/viewer/resident/household/id")
                        .asText());
        for (int i = 0; i < 10; i++) {
            record(busy, another);
        }
        busy.expectError(ErrorType.PRECONDITION, "RESIDENT_WAITING", RECORD, Casework.input(another));
        assertEquals(child.name(), parent.get("actedByName").asText());
        JsonNode approved = worker.mutate(
                        APPROVE,
                        Casework.input(Map.of("residentId", parent.get("id").asText())))
                .at("/residentApprove/resident");
        assertEquals("APPROVED", approved.get("state").asText());
        assertEquals(household, approved.at("/household/id").asText());

        String number = People.idNumber(BORN, 409);
        record(worker, People.said(county, home, "罗大娘", "idNumber", number));
        JsonNode twin = record(child, People.said(county, home, "罗大娘", "householdId", household, "idNumber", number));
        assertEquals("PENDING", twin.get("state").asText());
        worker.expectError(
                ErrorType.PRECONDITION,
                "RESIDENT_RECORDED",
                APPROVE,
                Casework.input(Map.of("residentId", twin.get("id").asText())));

        child.expectError(ErrorType.FORBIDDEN, RECORD, Casework.input(People.said(county, home, "邻居")));
        String neighbours = county.resident(home)
                .query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        child.expectError(
                ErrorType.FORBIDDEN,
                RECORD,
                Casework.input(People.said(county, home, "邻居", "householdId", neighbours)));
    }

    @Test
    @DisplayName("A grid worker who acts for the own household decides on it as little as on the own record")
    void ownHousehold() {
        GraphqlClient official = county.resident(home);
        Casework.appoint(county, official, "GRID_WORKER", county.gridCode(1, 1));
        String household = official.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        JsonNode parent = record(official, People.said(county, home, "吴大妈", "householdId", household));
        assertEquals("PENDING", parent.get("state").asText());
        official.expectError(
                ErrorType.FORBIDDEN,
                "OWN_AFFAIR",
                APPROVE,
                Casework.input(Map.of("residentId", parent.get("id").asText())));
    }

    @Test
    @DisplayName("Who registers later with the same ID number gets the record that is there, and no second one")
    void linked() {
        String number = People.idNumber(BORN, 305);
        JsonNode elder = record(worker, People.said(county, home, "周桂英", "idNumber", number));
        GraphqlClient person = county.stranger();
        String later = person.mutate(REGISTER, Casework.input(People.said(county, home, "周桂英", "idNumber", number)))
                .at("/residentRegister/resident/id")
                .asText();
        JsonNode approved = worker.mutate(APPROVE, Casework.input(Map.of("residentId", later)))
                .at("/residentApprove/resident");
        assertEquals(elder.get("id"), approved.get("id"));
        assertEquals(elder.at("/household/id"), approved.at("/household/id"));
        person.renewToken();
        assertEquals(
                elder.get("id"), person.query("{ viewer { resident { id } } }").at("/viewer/resident/id"));
        assertEquals(1, found(worker, Map.of("idNumber", number)).size());

        GraphqlClient impostor = county.stranger();
        String second = impostor.mutate(REGISTER, Casework.input(People.said(county, home, "周桂英", "idNumber", number)))
                .at("/residentRegister/resident/id")
                .asText();
        worker.expectError(
                ErrorType.PRECONDITION, "RESIDENT_RECORDED", APPROVE, Casework.input(Map.of("residentId", second)));

        JsonNode elsewhere = record(
                county.gridWorker(county.gridCode(2, 1)),
                People.said(county, county.groupCode(2, 1, 1), "周桂芳", "idNumber", People.idNumber(BORN, 307)));
        GraphqlClient mover = county.stranger();
        String moved = mover.mutate(
                        REGISTER,
                        Casework.input(People.said(county, home, "周桂芳", "idNumber", People.idNumber(BORN, 307))))
                .at("/residentRegister/resident/id")
                .asText();
        assertFalse(elsewhere.get("id").asText().isEmpty());
        worker.expectError(
                ErrorType.PRECONDITION,
                "RESIDENT_RECORDED_ELSEWHERE",
                APPROVE,
                Casework.input(Map.of("residentId", moved)));
    }

    private static Set<String> found(GraphqlClient reader, Map<String, ?> search) {
        List<String> names = new ArrayList<>();
        String after = null;
        do {
            Map<String, Object> variables = new java.util.HashMap<>(Map.of("search", search));
            variables.put("after", after);
            Answer page = reader.query(SEARCH, variables);
            StreamSupport.stream(page.at("/residents/edges").spliterator(), false)
                    .forEach(edge -> names.add(edge.at("/node/name").asText()));
            after = page.at("/residents/pageInfo/hasNextPage").asBoolean()
                    ? page.at("/residents/pageInfo/endCursor").asText()
                    : null;
        } while (after != null);
        Set<String> set = new TreeSet<>(names);
        assertEquals(names.size(), set.size(), names::toString);
        return set;
    }

    @Test
    @DisplayName("A search finds by part of name and address, kind, age, telephone and ID number, page by page")
    void search() {
        County own = OneHost.get().newCounty();
        String group = own.groupCode(1, 1, 1);
        GraphqlClient grid = own.gridWorker(own.gridCode(1, 1));
        String number = People.idNumber(TODAY.minusYears(80), 1);
        String elder = record(
                        grid,
                        People.said(
                                own,
                                group,
                                "王小梅",
                                "idNumber",
                                number,
                                "telephone",
                                "13985011111",
                                "residence",
                                "USUAL",
                                "address",
                                "Ａ栋 １２号"))
                .get("id")
                .asText();
        record(
                grid,
                People.said(
                        own,
                        group,
                        "王梅",
                        "birthDate",
                        TODAY.minusYears(80).plusDays(1).toString()));
        record(grid, People.said(own, group, "小王", "residence", "USUAL", "address", "b栋112号"));
        record(
                own.gridWorker(own.gridCode(1, 2)),
                People.said(own, own.gridCode(1, 2), "王小明", "residence", "USUAL", "address", "新村3号"));
        record(own.gridWorker(own.gridCode(2, 1)), People.said(own, own.groupCode(2, 1, 1), "王小五"));

        GraphqlClient cadre = own.cadre(own.villageCode(1));
        assertEquals(Set.of("王小梅", "王梅", "小王"), found(grid, Map.of("name", "王")));
        assertEquals(Set.of("王小梅"), found(grid, Map.of("name", "王 小")));
        assertEquals(Set.of("王小梅", "王小明"), found(cadre, Map.of("name", "王小")));
        assertEquals(Set.of("王小梅", "王小明", "王小五"), found(own.administrator(), Map.of("name", "王小")));
        assertEquals(
                Set.of("王小五"), found(own.administrator(), Map.of("name", "王小", "divisionCode", own.villageCode(2))));
        assertEquals(Set.of(), found(cadre, Map.of("name", "王小", "divisionCode", own.villageCode(2))));
        assertEquals(Set.of("王小梅"), found(cadre, Map.of("address", "a栋12")));
        assertEquals(Set.of("王小梅", "小王"), found(cadre, Map.of("address", "12号", "residence", "USUAL")));
        assertEquals(Set.of("小王", "王小明", "王小梅"), found(cadre, Map.of("residence", "USUAL")));
        assertEquals(Set.of("王小梅"), found(cadre, Map.of("ageFrom", 80)));
        assertEquals(Set.of("王梅"), found(cadre, Map.of("ageFrom", 60, "ageTo", 79)));
        assertEquals(Set.of("王小梅"), found(cadre, Map.of("telephone", "13985011111")));
        assertEquals(Set.of("王小梅"), found(cadre, Map.of("idNumber", number.toLowerCase(java.util.Locale.ROOT))));
        assertEquals(Set.of(), found(own.gridWorker(own.gridCode(2, 1)), Map.of("idNumber", number)));
        assertEquals(Set.of(), found(worker, Map.of("name", "王小梅")));

        grid.mutate(UPDATE, Casework.input(Map.of("residentId", elder, "name", "王晓梅", "address", "新村8号")));
        assertEquals(Set.of("王晓梅"), found(grid, Map.of("name", "晓梅")));
        assertEquals(Set.of(), found(grid, Map.of("name", "王小梅")));
        assertEquals(Set.of("王晓梅"), found(grid, Map.of("address", "新村")));
        assertEquals(Set.of("王晓梅", "王小明"), found(cadre, Map.of("address", "新村")));
        assertEquals(Set.of(), found(grid, Map.of("address", "a栋")));

        for (Map<String, ?> bad : List.of(
                Map.of("name", " "),
                Map.of("address", "栋"),
                Map.of("ageFrom", -1),
                Map.of("ageTo", 999),
                Map.of("idNumber", "1"),
                Map.of("telephone", "x"),
                Map.of("divisionCode", "%"))) {
            grid.expectError(ErrorType.INVALID_INPUT, SEARCH, Map.of("search", bad));
        }
    }

    @Test
    @DisplayName("A household lives in a home of a building; who has no post there sees neither")
    void homes() {
        String save =
                "mutation ($input: BuildingSaveInput!) { buildingSave(input: $input) { building { id floors } } }";
        String saveHome = "mutation ($input: HomeSaveInput!) { homeSave(input: $input)"
                + " { home { id unit room usage building { name } household { headName } } } }";
        String building = worker.mutate(
                        save,
                        Casework.input(Map.of(
                                "divisionId",
                                county.divisionId(county.gridCode(1, 1)),
                                "name",
                                "3栋",
                                "address",
                                "安居路1号",
                                "floors",
                                6)))
                .at("/buildingSave/building/id")
                .asText();
        GraphqlClient resident = county.resident(home);
        String household = resident.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        Map<String, Object> room =
                Map.of("buildingId", building, "unit", "1", "room", "302", "usage", "OWN", "householdId", household);
        JsonNode saved = worker.mutate(saveHome, Casework.input(room)).at("/homeSave/home");
        assertEquals("3栋", saved.at("/building/name").asText());
        assertEquals(resident.name(), saved.at("/household/headName").asText());
        worker.expectError(
                ErrorType.PRECONDITION,
                "HOME_HOUSEHOLD_HOUSED",
                saveHome,
                Casework.input(Casework.with(room, "room", "303")));
        worker.expectError(
                ErrorType.PRECONDITION,
                "HOME_RECORDED",
                saveHome,
                Casework.input(Map.of("buildingId", building, "unit", "1", "room", "302", "usage", "OWN")));
        assertEquals(
                "RENTED",
                worker.mutate(
                                saveHome,
                                Casework.input(Casework.with(
                                        Casework.with(
                                                room, "homeId", saved.get("id").asText()),
                                        "usage",
                                        "RENTED")))
                        .at("/homeSave/home/usage")
                        .asText());
        assertEquals(
                "302",
                resident.query("{ viewer { resident { household { home { room } } } } }")
                        .at("/viewer/resident/household/home/room")
                        .asText());
        String where = "query ($id: ID!) { node(id: $id) { ... on Household { home { room } } } }";
        assertEquals(
                "302",
                worker.query(where, Map.of("id", household))
                        .at("/node/home/room")
                        .asText());
        for (GraphqlClient above : List.of(county.administrator(), county.countyCentre())) {
            assertTrue(
                    above.query(where, Map.of("id", household)).at("/node/home").isNull(),
                    "a home tells as much as the address that is masked");
        }
        county.administrator()
                .expectError(
                        ErrorType.FORBIDDEN,
                        "query ($id: ID!) { homes(buildingId: $id, first: 9) { edges { cursor } } }",
                        Map.of("id", building));
        String list = "query ($id: ID!) { homes(buildingId: $id, first: 10) { edges { node { room } } } }";
        assertEquals(
                1, worker.query(list, Map.of("id", building)).at("/homes/edges").size());
        GraphqlClient elsewhere = county.gridWorker(county.gridCode(2, 1));
        assertEquals(
                0,
                elsewhere.query(list, Map.of("id", building)).at("/homes/edges").size());
        assertEquals(
                0,
                elsewhere
                        .query("{ buildings(first: 9) { edges { node { id } } } }")
                        .at("/buildings/edges")
                        .size());
        elsewhere.expectError(ErrorType.NOT_FOUND, saveHome, Casework.input(room));
        resident.expectError(ErrorType.FORBIDDEN, list, Map.of("id", building));
        County other = counties.second();
        other.gridWorker(other.gridCode(1, 1)).expectError(ErrorType.NOT_FOUND, saveHome, Casework.input(room));
    }
}
