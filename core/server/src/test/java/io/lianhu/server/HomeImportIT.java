package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a county's lists of buildings and homes come into its register, and out of it. */
@DisplayName("Homes are imported with their buildings, looked at first, and exported as the reader may see them")
final class HomeImportIT {
    private static final String HEADINGS = "区划编码,楼栋,楼栋地址,层数,单元,房号,用途";
    private static final String FIELDS = "id state faults creating updating leaving heldBack failure fileUrl";
    private static final String START =
            "mutation ($input: ImportStartInput!) { importStart(input: $input) { transfer { " + FIELDS + " } } }";
    private static final String CONFIRM =
            "mutation ($input: ImportConfirmInput!) { importConfirm(input: $input) { transfer { " + FIELDS + " } } }";
    private static final String FAULTS =
            "query ($id: ID!) { transferFaults(transferId: $id, first: 50) { edges { node { line number code message } } } }";
    private static final String EXPORT =
            "mutation ($input: HomeExportInput!) { homeExport(input: $input) { transfer { id } } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    private static String uploaded(GraphqlClient person, List<String> lines) {
        byte[] file = (HEADINGS + "\r\n" + String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
        Reply reply = person.send("POST", "/transfers", Map.of("Content-Type", "application/octet-stream"), file);
        assertEquals(201, reply.status(), reply::text);
        return reply.json().get("id").asText();
    }

    private static JsonNode checked(GraphqlClient person, String kind, List<String> lines) {
        String id = person.mutate(START, Casework.input(Map.of("kind", kind, "fileId", uploaded(person, lines))))
                .at("/importStart/transfer/id")
                .asText();
        return until(person, id, "CHECKED");
    }

    private static JsonNode until(GraphqlClient person, String id, String state) {
        String document = "query ($id: ID!) { node(id: $id) { ... on Transfer { " + FIELDS + " } } }";
        Eventually.within(Duration.ofSeconds(30))
                .untilPasses(() -> assertEquals(
                        state,
                        person.query(document, Map.of("id", id))
                                .at("/node/state")
                                .asText()));
        return person.query(document, Map.of("id", id)).at("/node");
    }

    private static JsonNode written(GraphqlClient person, JsonNode transfer, String mode) {
        String id = transfer.get("id").asText();
        person.mutate(CONFIRM, Casework.input(Map.of("transferId", id, "mode", mode)));
        return until(person, id, "DONE");
    }

    private static List<String> faults(GraphqlClient person, JsonNode transfer) {
        List<String> faults = new ArrayList<>();
        person.query(FAULTS, Map.of("id", transfer.get("id").asText()))
                .at("/transferFaults/edges")
                .forEach(edge -> faults.add(edge.at("/node/line").asInt() + ":"
                        + edge.at("/node/number").asInt() + " "
                        + edge.at("/node/code").asText()));
        return faults;
    }

    private static String counts(JsonNode transfer) {
        return transfer.get("creating").asInt() + " " + transfer.get("updating").asInt() + " "
                + transfer.get("leaving").asInt();
    }

    /** Building, floors, unit, room and use of each home. */
    private static List<String> homes(County county) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select concat_ws('/', b.name, b.address, b.floors, h.unit, h.room, h.usage) from lianhu_core.home h"
                                + " join lianhu_core.building b on b.tenant_id = h.tenant_id and b.id = h.building_id"
                                + " where h.tenant_id = '" + county.code() + "' ")) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            Collections.sort(found);
            return found;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @DisplayName(
            "Every faulty cell is named, nothing changes until it is confirmed, and the good rows are written alone by choice")
    void faulty() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String grid = county.gridCode(1, 1);
        List<String> lines = List.of(
                grid + ",1栋,新村1号,6,1单元,101,自住",
                grid + ",1栋,新村1号,6,1单元,101,出租",
                grid + ",1栋,新村2号,6,1单元,102,出租",
                grid + ",1栋,新村1号,7,1单元,103,出租",
                county.townCode() + ",2栋,新村3号,,,101,自住",
                county.gridCode(2, 1) + ",3栋,新村4号,,,101,自住",
                grid + ",,新村5号,,,101,自住",
                grid + ",4栋,新村6号,201,,101,自住",
                grid + ",5栋,新村7号,,,,自住",
                grid + ",6栋,新村8号,,,101,",
                grid + ",7栋,新村9号,,,101,别墅",
                grid + ",8栋," + "长".repeat(121) + ",,,101,自住",
                grid + ",9栋,新村10号,,,101,空置");
        JsonNode checked = checked(cadre, "HOMES", lines);
        assertEquals(
                List.of(
                        "3:6 HOME_IMPORT_TWICE",
                        "4:3 HOME_IMPORT_CONTRADICTION",
                        "5:4 HOME_IMPORT_CONTRADICTION",
                        "6:1 HOME_IMPORT_DIVISION",
                        "7:1 HOME_IMPORT_DIVISION",
                        "8:2 CELL_MISSING",
                        "9:4 CELL_UNKNOWN",
                        "10:6 CELL_MISSING",
                        "11:7 CELL_MISSING",
                        "12:7 CELL_UNKNOWN",
                        "13:3 CELL_TOO_LONG"),
                faults(cadre, checked));
        assertEquals("2 0 0", counts(checked));
        assertEquals(List.of(), homes(county));
        cadre.expectError(
                ErrorType.PRECONDITION,
                "TRANSFER_FAULTY",
                CONFIRM,
                Casework.input(Map.of("transferId", checked.get("id").asText(), "mode", "ALL")));
        written(cadre, checked, "GOOD_ROWS");
        assertEquals(List.of("1栋/新村1号/6/1单元/101/OWN", "9栋/新村10号//101/VACANT"), homes(county));
    }

    @Test
    @DisplayName("What is recorded is changed, or is a fault, by choice; a building's second name is told apart first")
    void again() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        String grid = county.gridCode(1, 1);
        List<String> lines = List.of(grid + ",1栋,新村1号,6,,101,自住", grid + ",1栋,新村1号,6,,102,自住");
        assertEquals("2 0 0", counts(written(administrator, checked(administrator, "HOMES", lines), "ALL")));
        assertEquals("0 0 2", counts(checked(administrator, "HOMES", lines)));

        List<String> more = List.of(grid + ",1栋,新村8号,,,101,出租", grid + ",1栋,新村8号,,,103,空置");
        JsonNode refused = checked(administrator, "NEW_HOMES", more);
        assertEquals(List.of("2:6 HOME_RECORDED"), faults(administrator, refused));
        written(administrator, refused, "GOOD_ROWS");
        assertEquals(List.of("1栋/新村1号/6//101/OWN", "1栋/新村1号/6//102/OWN", "1栋/新村1号/6//103/VACANT"), homes(county));
        JsonNode changed = written(administrator, checked(administrator, "HOMES", more), "ALL");
        assertEquals("0 1 1", counts(changed));
        assertEquals(List.of("1栋/新村8号/6//101/RENTED", "1栋/新村8号/6//102/OWN", "1栋/新村8号/6//103/VACANT"), homes(county));

        GraphqlClient worker = county.gridWorker(grid);
        for (String address : List.of("甲1号", "甲2号")) {
            worker.mutate(
                    "mutation ($input: BuildingSaveInput!) { buildingSave(input: $input) { building { id } } }",
                    Casework.input(Map.of("divisionId", county.divisionId(grid), "name", "同名", "address", address)));
        }
        assertEquals(
                List.of("2:2 HOME_IMPORT_BUILDING"),
                faults(administrator, checked(administrator, "HOMES", List.of(grid + ",同名,甲1号,,,101,自住"))));
        worker.expectError(ErrorType.FORBIDDEN, START, Casework.input(Map.of("kind", "HOMES", "fileId", "x")));
    }

    private static List<Row> exported(GraphqlClient reader, Map<String, ?> input) throws IOException {
        String id = reader.mutate(EXPORT, Casework.input(input))
                .at("/homeExport/transfer/id")
                .asText();
        Reply reply = reader.download(until(reader, id, "DONE").get("fileUrl").asText());
        assertEquals(200, reply.status());
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(reply.body()))) {
            return book.getFirstSheet().read();
        }
    }

    private static List<String> cells(Row row) {
        return IntStream.range(0, 8).mapToObj(row::getCellText).toList();
    }

    @Test
    @DisplayName("An export is harmless, of the own divisions, and names who lives there to who may know it alone")
    void export() throws IOException {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String grid = county.gridCode(1, 1);
        written(cadre, checked(cadre, "HOMES", List.of(grid + ",+cmd|'/c calc'!A1,新村1号,,,101,自住")), "ALL");
        GraphqlClient other = county.cadre(county.villageCode(2));
        written(other, checked(other, "HOMES", List.of(county.gridCode(2, 1) + ",远栋,远村1号,,,101,自住")), "ALL");
        String resident = People.record(county.gridWorker(grid), People.said(county, county.groupCode(1, 1, 1), "住户甲"));
        JsonNode building =
                cadre.query("{ buildings(first: 1) { edges { node { id } } } }").at("/buildings/edges/0/node");
        JsonNode home = cadre.query(
                        "query ($id: ID!) { homes(buildingId: $id, first: 1) { edges { node { id } } } }",
                        Map.of("id", building.get("id").asText()))
                .at("/homes/edges/0/node");
        String household = cadre.query(
                        "query ($id: ID!) { node(id: $id) { ... on Resident { household { id } } } }",
                        Map.of("id", resident))
                .at("/node/household/id")
                .asText();
        cadre.mutate(
                "mutation ($input: HomeSaveInput!) { homeSave(input: $input) { home { id } } }",
                Casework.input(Map.of(
                        "homeId",
                        home.get("id").asText(),
                        "buildingId",
                        building.get("id").asText(),
                        "room",
                        "101",
                        "usage",
                        "OWN",
                        "householdId",
                        household)));

        List<Row> own = exported(cadre, Map.of());
        assertEquals(2, own.size());
        assertEquals(List.of("区划编码", "楼栋", "楼栋地址", "层数", "单元", "房号", "用途", "户主"), cells(own.get(0)));
        assertEquals(List.of(grid, "'+cmd|'/c calc'!A1", "新村1号", "", "", "101", "自住", "住户甲"), cells(own.get(1)));
        List<Row> all = exported(county.administrator(), Map.of());
        assertEquals(3, all.size());
        assertTrue(all.stream().anyMatch(row -> cells(row).get(7).equals("****")));
        assertEquals(
                2,
                exported(county.administrator(), Map.of("divisionCode", county.villageCode(2)))
                        .size());
        cadre.expectError(ErrorType.FORBIDDEN, EXPORT, Casework.input(Map.of("divisionCode", county.villageCode(2))));
        cadre.expectError(ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("divisionCode", "12")));
        county.gridWorker(grid).expectError(ErrorType.FORBIDDEN, EXPORT, Casework.input(Map.of()));
        assertEquals(200, cadre.download("/transfers/templates/HOMES").status());
        assertEquals(200, cadre.download("/transfers/templates/NEW_HOMES").status());
    }
}
