package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a county's lists of people come into its register, and out of it. */
@DisplayName("A file is looked at first, written as confirmed, once, and whole or not at all")
final class ImportIT {
    private static final List<String> HEADINGS =
            List.of("姓名", "身份证号", "性别", "出生日期", "手机号", "人口类型", "网格编码", "住址", "户编号", "与户主关系");
    private static final String FIELDS =
            "id kind state mode done total faults creating updating leaving heldBack failure fileUrl";
    private static final String START =
            "mutation ($input: ImportStartInput!) { importStart(input: $input) { transfer { " + FIELDS + " } } }";
    private static final String CONFIRM =
            "mutation ($input: ImportConfirmInput!) { importConfirm(input: $input) { transfer { " + FIELDS + " } } }";
    private static final String FAULTS = "query ($id: ID!, $after: String) { transferFaults(transferId: $id, first: 10,"
            + " after: $after) { edges { node { line number heading code message } } pageInfo { hasNextPage endCursor } } }";
    private static final String EXPORT =
            "mutation ($input: ResidentExportInput!) { residentExport(input: $input) { transfer { id state } } }";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    private static byte[] workbook(List<List<String>> rows) {
        return workbook(sheet -> {
            for (int row = 0; row < rows.size(); row++) {
                for (int column = 0; column < rows.get(row).size(); column++) {
                    if (!rows.get(row).get(column).isEmpty()) {
                        sheet.value(row, column, rows.get(row).get(column));
                    }
                }
            }
        });
    }

    private static byte[] workbook(java.util.function.Consumer<Worksheet> fill) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Workbook book = new Workbook(out, "test", "1.0")) {
            Worksheet hidden = book.newWorksheet("隐藏");
            hidden.value(0, 0, "机密");
            hidden.setVisibilityState(org.dhatim.fastexcel.VisibilityState.HIDDEN);
            fill.accept(book.newWorksheet("人口"));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static Reply upload(GraphqlClient person, byte[] file) {
        return person.send("POST", "/transfers", Map.of("Content-Type", "application/octet-stream"), file);
    }

    private static String uploaded(GraphqlClient person, byte[] file) {
        Reply reply = upload(person, file);
        assertEquals(201, reply.status(), reply::text);
        return reply.json().get("id").asText();
    }

    private static String started(GraphqlClient person, byte[] file) {
        return person.mutate(START, Casework.input(Map.of("kind", "RESIDENTS", "fileId", uploaded(person, file))))
                .at("/importStart/transfer/id")
                .asText();
    }

    private static JsonNode read(GraphqlClient person, String id) {
        return person.query(
                        "query ($id: ID!) { node(id: $id) { ... on Transfer { " + FIELDS + " } } }", Map.of("id", id))
                .at("/node");
    }

    private static JsonNode until(GraphqlClient person, String id, String state) {
        Eventually.within(LONG)
                .untilPasses(
                        () -> assertEquals(state, read(person, id).get("state").asText(), () -> read(person, id)
                                .toString()));
        return read(person, id);
    }

    private static Answer confirm(GraphqlClient person, String id, String mode) {
        return person.ask(CONFIRM, Casework.input(Map.of("transferId", id, "mode", mode)));
    }

    private static List<JsonNode> faults(GraphqlClient person, String id) {
        List<JsonNode> faults = new ArrayList<>();
        String after = null;
        do {
            Map<String, Object> variables = new HashMap<>(Map.of("id", id));
            variables.put("after", after);
            Answer page = person.query(FAULTS, variables);
            page.at("/transferFaults/edges").forEach(edge -> faults.add(edge.get("node")));
            after = page.at("/transferFaults/pageInfo/hasNextPage").asBoolean()
                    ? page.at("/transferFaults/pageInfo/endCursor").asText()
                    : null;
        } while (after != null);
        return faults;
    }

    private static String cell(JsonNode fault) {
        return fault.get("line").asInt() + ":" + fault.get("number").asInt() + " "
                + fault.get("code").asText();
    }

    private static int residents(County county) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from lianhu_core.resident where tenant_id = '" + county.code() + "'")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static List<String> row(County county, int number, String household, String relation) {
        LocalDate born = LocalDate.of(1950, 1, 1).plusDays(number % 18_000);
        return List.of(
                "人" + (char) ('一' + number % 2_000) + (char) ('一' + number / 2_000),
                People.idNumber(born, number % 999),
                "",
                "",
                "139" + String.format("%08d", number),
                "户籍人口",
                county.groupCode(1 + number / 3 % 2, 1, 1),
                "新村" + number / 3 + "号",
                household,
                relation);
    }

    private static List<String> with(List<String> row, int column, String text) {
        List<String> other = new ArrayList<>(row);
        other.set(column - 1, text);
        return other;
    }

    @Test
    @DisplayName(
            "Of 20,000 rows with 37 faults, all 37 are named by row and column, and nothing changes until it is confirmed")
    void manyRows() {
        County county = host.newCounty();
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (int i = 0; i < 20_000; i++) {
            rows.add(row(county, i, "户" + i / 3, i % 3 == 0 ? "户主" : i % 3 == 1 ? "配偶" : "子"));
        }
        TreeSet<String> planted = new TreeSet<>();
        for (int i = 0; i < 37; i++) {
            int at = 500 * i + 2; // no head's row, so that nobody else is held back
            List<String> good = rows.get(at);
            int column = List.of(1, 2, 3, 4, 5, 6, 7, 8, 10).get(i % 9);
            if ((at - 1) % 3 == 0) {
                at++;
                good = rows.get(at);
            }
            String bad = List.of("", "52011519500101001Z", "?", "1950-02-30", "打不通", "外星", "999999999999999", "", "亲家")
                    .get(i % 9);
            String code = List.of(
                            "CELL_MISSING",
                            "RESIDENT_ID_NUMBER",
                            "CELL_UNKNOWN",
                            "CELL_DATE",
                            "CELL_UNKNOWN",
                            "CELL_UNKNOWN",
                            "RESIDENT_IMPORT_DIVISION",
                            "CELL_MISSING",
                            "CELL_UNKNOWN")
                    .get(i % 9);
            rows.set(at, with(good, column, bad));
            planted.add((at + 1) + ":" + column + " " + code);
        }
        assertEquals(37, planted.size());
        byte[] file = workbook(rows);
        GraphqlClient administrator = county.administrator();

        long began = System.nanoTime();
        String id = started(administrator, file);
        JsonNode checked = until(administrator, id, "CHECKED");
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        List<JsonNode> found = faults(administrator, id);
        assertEquals(planted, new TreeSet<>(found.stream().map(ImportIT::cell).toList()));
        assertEquals(37, found.size());
        assertEquals(37, checked.get("faults").asInt());
        assertEquals(20_000 - 37, checked.get("creating").asInt());
        assertEquals(0, residents(county));
        assertTrue(took.toSeconds() <= 20, took::toString);

        administrator.expectError(
                ErrorType.PRECONDITION,
                "TRANSFER_FAULTY",
                CONFIRM,
                Casework.input(Map.of("transferId", id, "mode", "ALL")));
        try (GraphqlSubscription live = administrator.subscribe(
                "subscription ($id: ID!) { transferProgress(id: $id) { state done } }", Map.of("id", id))) {
            assertEquals("CHECKED", live.next().at("/transferProgress/state").asText());
            List<CompletableFuture<Answer>> both = IntStream.range(0, 2)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> confirm(administrator, id, "GOOD_ROWS")))
                    .toList();
            both.forEach(answer -> answer.join().succeeded());
            assertEquals(
                    20_000 - 37,
                    until(administrator, id, "DONE").get("creating").asInt());
        }
        confirm(administrator, id, "GOOD_ROWS").succeeded();
        assertEquals(20_000 - 37, residents(county));
        GraphqlClient cadre = county.cadre(county.villageCode(2));
        String name = rows.get(5).get(0);
        assertEquals(
                1,
                cadre.query(
                                "query ($name: String!, $id: String!) { residents(first: 5, search: {name: $name, idNumber: $id})"
                                        + " { edges { node { household { members { name } } } } } }",
                                Map.of("name", name, "id", rows.get(5).get(1)))
                        .at("/residents/edges")
                        .size());
    }

    @Test
    @DisplayName(
            "Formulas, numbers in the place of texts, twins and households without a head are faults; dates of spreadsheets are none")
    void cells() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String group = county.groupCode(1, 1, 1);
        String twin = People.idNumber(LocalDate.of(1980, 5, 6), 11);
        byte[] file = workbook(sheet -> {
            for (int i = 0; i < HEADINGS.size(); i++) {
                sheet.value(0, i, HEADINGS.get(i));
            }
            for (int line = 1; line <= 8; line++) {
                sheet.value(line, 0, "村民" + line);
                sheet.value(line, 6, group);
                sheet.value(line, 7, "住址" + line);
            }
            sheet.formula(1, 7, "HYPERLINK(\"http://example.org\")");
            sheet.value(2, 1, 520115198005060117L);
            sheet.value(3, 1, twin);
            sheet.value(4, 1, twin);
            sheet.value(5, 8, "甲");
            sheet.value(5, 9, "配偶");
            sheet.value(6, 9, "子");
            sheet.value(7, 6, county.groupCode(2, 1, 1));
            sheet.value(8, 3, LocalDate.of(1948, 2, 29));
            sheet.style(8, 3).format("yyyy-mm-dd").set();
        });
        String id = started(cadre, file);
        JsonNode checked = until(cadre, id, "CHECKED");
        assertEquals(
                List.of(
                        "2:8 CELL_FORMULA",
                        "3:2 CELL_NOT_TEXT",
                        "5:2 RESIDENT_IMPORT_TWICE",
                        "6:9 RESIDENT_IMPORT_HEAD",
                        "7:9 RESIDENT_IMPORT_HOUSEHOLD",
                        "8:7 RESIDENT_IMPORT_DIVISION"),
                faults(cadre, id).stream().map(ImportIT::cell).toList());
        assertEquals(2, checked.get("creating").asInt());
        assertEquals(
                "“住址”是公式，请改为数值或文本。",
                faults(cadre.inLanguage("zh-CN"), id).get(0).get("message").asText());
        confirm(cadre, id, "GOOD_ROWS").succeeded();
        until(cadre, id, "DONE");
        JsonNode born = cadre.query("{ residents(first: 5, search: {name: \"村民8\"}) { edges { node { birthDate } } } }")
                .at("/residents/edges/0/node/birthDate");
        assertEquals("1948-02-29", born.asText());
        assertEquals("DONE", read(cadre, id).get("state").asText());
        assertTrue(read(county.administrator(), id).isNull()
                || read(county.administrator(), id).isMissingNode());
    }

    @Test
    @DisplayName(
            "Who is in the register by the ID number is changed where the file says something new, and never doubled")
    void updates() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String heading = String.join(",", HEADINGS) + "\r\n";
        String first = People.idNumber(LocalDate.of(1970, 1, 2), 21);
        String second = People.idNumber(LocalDate.of(1971, 1, 2), 22);
        String group = county.groupCode(1, 1, 1);
        String grown = People.idNumber(LocalDate.of(1995, 1, 2), 23);
        String list = heading
                + "陈一," + first + ",,,13900000001,常住人口," + group + ",老村1号,1,户主\r\n"
                + "陈二," + second + ",,,,户籍," + group + ",老村1号,1,配偶\r\n";
        String id = started(cadre, list.getBytes(Charset.forName("GB18030")));
        assertEquals(2, until(cadre, id, "CHECKED").get("creating").asInt());
        confirm(cadre, id, "ALL").succeeded();
        until(cadre, id, "DONE");

        String later = "\uFEFF" + heading
                + "陈一," + first + ",,,,,\"" + group + "\",\"新村,9号\",1,户主\r\n"
                + "陈二," + second + ",,,,户籍人口," + group + ",老村1号,1,配偶\r\n"
                + "陈小," + grown + ",,,,," + group + ",新村9号,1,子\r\n"
                + "\r\n";
        String again = started(cadre, later.getBytes(StandardCharsets.UTF_8));
        JsonNode checked = until(cadre, again, "CHECKED");
        assertEquals(
                "1 1 1 0",
                checked.get("creating").asInt() + " " + checked.get("updating").asInt() + " "
                        + checked.get("leaving").asInt() + " "
                        + checked.get("faults").asInt());
        confirm(cadre, again, "ALL").succeeded();
        until(cadre, again, "DONE");
        assertEquals(3, residents(county));
        JsonNode moved = cadre.query(
                        "query ($id: String!) { residents(first: 5, search: {idNumber: $id}) { edges { node"
                                + " { name address telephone residence household { members { name } } } } } }",
                        Map.of("id", first))
                .at("/residents/edges/0/node");
        assertEquals("新村,9号", moved.get("address").asText());
        assertEquals("139****0001", moved.get("telephone").asText());
        assertEquals("USUAL", moved.get("residence").asText());
        assertEquals(3, moved.at("/household/members").size());

        String other = started(
                cadre, (heading + "陈三," + first + ",,,,," + group + ",老村1号,,\r\n").getBytes(StandardCharsets.UTF_8));
        until(cadre, other, "CHECKED");
        assertEquals(
                List.of("2:1 RESIDENT_IMPORT_NAME"),
                faults(cadre, other).stream().map(ImportIT::cell).toList());
        String elsewhere = started(
                county.cadre(county.villageCode(2)),
                (heading + "陈一," + first + ",,,,," + county.groupCode(2, 1, 1) + ",老村1号,,\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        until(county.cadre(county.villageCode(2)), elsewhere, "CHECKED");
        assertEquals(
                List.of("2:2 RESIDENT_RECORDED_ELSEWHERE"),
                faults(county.cadre(county.villageCode(2)), elsewhere).stream()
                        .map(ImportIT::cell)
                        .toList());
    }

    @Test
    @DisplayName("What is no table, or means harm, is refused; so is who may not import")
    void refusals() throws IOException {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        assertEquals(400, upload(cadre, new byte[] {0, 1, 2, 0}).status());
        assertEquals(413, upload(cadre, new byte[21 * 1024 * 1024]).status());
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        assertEquals(403, upload(resident, "a".getBytes(StandardCharsets.UTF_8)).status());
        assertEquals(
                401,
                upload(county.anonymous(), "a".getBytes(StandardCharsets.UTF_8)).status());

        assertFailed(cadre, bomb(), "cannot be read");
        assertFailed(cadre, "姓名,住址\r\n甲,乙\r\n".getBytes(StandardCharsets.UTF_8), "网格编码");
        String file = uploaded(cadre, "姓名".getBytes(StandardCharsets.UTF_8));
        Map<String, Object> input = Casework.input(Map.of("kind", "RESIDENTS", "fileId", file));
        county.administrator().expectError(ErrorType.INVALID_INPUT, "TRANSFER_FILE_TAKEN", START, input);
        cadre.mutate(START, input);
        cadre.expectError(ErrorType.INVALID_INPUT, "TRANSFER_FILE_TAKEN", START, input);
    }

    private static void assertFailed(GraphqlClient person, byte[] file, String why) {
        String id = started(person, file);
        JsonNode failed = until(person, id, "FAILED");
        assertTrue(failed.get("failure").asText().contains(why), failed::toString);
        person.expectError(
                ErrorType.PRECONDITION,
                "TRANSFER_STATE",
                CONFIRM,
                Casework.input(Map.of("transferId", id, "mode", "ALL")));
    }

    /** 400 MB of nothing in less than half a megabyte. */
    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("xl/workbook.xml"));
            byte[] nothing = new byte[1024 * 1024];
            for (int i = 0; i < 400; i++) {
                zip.write(nothing);
            }
        }
        return out.toByteArray();
    }

    @Test
    @DisplayName("What a replica left unfinished, another does, once and whole")
    void abandoned() throws SQLException {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String heading = String.join(",", HEADINGS) + "\r\n";
        String id = started(
                cadre,
                (heading + "独一," + People.idNumber(LocalDate.of(1960, 1, 2), 31) + ",,,,," + county.groupCode(1, 1, 1)
                                + ",老村1号,,\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        until(cadre, id, "CHECKED");
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            // as a server leaves it that was killed at work: confirmed, claimed, and never heard of again
            statement.execute("update lianhu_core.transfer_job set state = 'COMMITTING', mode = 'ALL', attempts = 1,"
                    + " token = uuidv7(), due_at = now() + interval '1 second' where id = '"
                    + GlobalId.decode(id).orElseThrow().uuid() + "'");
        }
        until(cadre, id, "DONE");
        assertEquals(1, residents(county));
    }

    @Test
    @DisplayName("An export holds what the search finds, masked and harmless, and is its owner's alone")
    void export() throws IOException {
        County county = host.newCounty();
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        String number = People.idNumber(LocalDate.of(1960, 1, 2), 41);
        People.record(
                worker,
                People.said(
                        county,
                        county.groupCode(1, 1, 1),
                        "=cmd|'/c calc'!A1",
                        "idNumber",
                        number,
                        "telephone",
                        "13985012345"));
        People.record(worker, People.said(county, county.groupCode(1, 1, 1), "旁人", "address", "别处8号"));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String id = cadre.mutate(EXPORT, Casework.input(Map.of("search", Map.of("address", "高寨村"))))
                .at("/residentExport/transfer/id")
                .asText();
        String url = until(cadre, id, "DONE").get("fileUrl").asText();
        Reply reply = cadre.download(url);
        assertEquals(200, reply.status());
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(reply.body()))) {
            List<Row> rows = book.getFirstSheet().read();
            assertEquals(2, rows.size());
            assertEquals("姓名", rows.get(0).getCellText(0));
            assertEquals("'=cmd|'/c calc'!A1", rows.get(1).getCellText(0));
            assertEquals("5" + "*".repeat(16) + number.charAt(17), rows.get(1).getCellText(1));
            assertEquals("139****2345", rows.get(1).getCellText(4));
            assertEquals("高寨村12号", rows.get(1).getCellText(7));
        }
        assertEquals(404, county.administrator().download(url).status());
        assertEquals(401, county.anonymous().download(url).status());
        worker.expectError(ErrorType.FORBIDDEN, EXPORT, Casework.input(Map.of("search", Map.of())));
        cadre.expectError(ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("search", Map.of("address", "一"))));
        for (Map<String, Object> one :
                List.<Map<String, Object>>of(Map.of("idNumber", number), Map.of("telephone", "13985012345"))) {
            cadre.expectError(ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("search", one)));
        }

        GraphqlClient leaver = county.resident(county.groupCode(1, 1, 1));
        String post = county.administrator()
                .mutate(
                        "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id } } }",
                        Casework.input(Map.of(
                                "subject",
                                leaver.subject(),
                                "holderName",
                                leaver.name(),
                                "role",
                                "VILLAGE_CADRE",
                                "divisionId",
                                county.divisionId(county.villageCode(1)))))
                .at("/postAppoint/post/id")
                .asText();
        String taken = leaver.mutate(EXPORT, Casework.input(Map.of("search", Map.of("address", "高寨村"))))
                .at("/residentExport/transfer/id")
                .asText();
        String kept = until(leaver, taken, "DONE").get("fileUrl").asText();
        assertEquals(200, leaver.download(kept).status());
        county.administrator()
                .mutate(
                        "mutation ($id: ID!) { postEnd(input: { postId: $id }) { post { until } } }",
                        Map.of("id", post));
        assertEquals(404, leaver.download(kept).status(), "what was fetched by a post goes with it");

        GraphqlClient administrator = county.administrator();
        String masked = administrator
                .mutate(EXPORT, Casework.input(Map.of("search", Map.of("address", "高寨村"))))
                .at("/residentExport/transfer/id")
                .asText();
        Reply veiled = administrator.download(
                until(administrator, masked, "DONE").get("fileUrl").asText());
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(veiled.body()))) {
            Row row = book.getFirstSheet().read().get(1);
            assertEquals("", row.getCellText(3), "the birth date is not the administrator's to read");
            assertEquals("****", row.getCellText(7), "nor the address");
        }

        Reply template = cadre.download("/transfers/templates/RESIDENTS");
        assertEquals(200, template.status());
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(template.body()))) {
            Row headings = book.getFirstSheet().read().get(0);
            assertEquals(
                    HEADINGS,
                    IntStream.range(0, HEADINGS.size())
                            .mapToObj(headings::getCellText)
                            .toList());
        }
        assertEquals(404, cadre.download("/transfers/templates/NOTHING").status());
    }

    @Test
    @DisplayName("Who sends a file in slowly holds one place: the person is told, and others go on")
    void slowUpload() throws IOException {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        byte[] file = (String.join(",", HEADINGS) + "\r\n").getBytes(StandardCharsets.UTF_8);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket("127.0.0.1", host.first().port());
                slow.add(socket);
                socket.setSoTimeout(50);
                socket.getOutputStream()
                        .write(("POST /transfers HTTP/1.1\r\nHost: " + county.hostName() + "\r\nAuthorization: Bearer "
                                        + cadre.token()
                                        + "\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            List<String> answers = new ArrayList<>();
            Eventually.passes(() -> {
                slow.forEach(socket -> answered(socket).ifPresent(answers::add));
                assertEquals(1, answers.size()); // the one that is sent away tells that the other is in
            });
            assertTrue(answers.get(0).contains(" 429 "), answers::toString);
            Reply third = upload(cadre, file);
            assertEquals(429, third.status(), third::text);
            assertTrue(third.text().contains("TRANSFER_UPLOADING"), third::text);
            assertEquals(201, upload(county.cadre(county.villageCode(2)), file).status());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        Eventually.passes(() -> assertEquals(201, upload(cadre, file).status()));
    }

    /** What has come back so far. */
    private static Optional<String> answered(Socket socket) {
        byte[] buffer = new byte[4096];
        try {
            int read = socket.getInputStream().read(buffer);
            return read <= 0 ? Optional.empty() : Optional.of(new String(buffer, 0, read, StandardCharsets.UTF_8));
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    @DisplayName("A centre exports the people of its division, masked")
    void centres() throws IOException {
        County county = host.newCounty();
        People.record(
                county.gridWorker(county.gridCode(1, 1)),
                People.said(county, county.groupCode(1, 1, 1), "某人", "birthDate", "1950-01-02"));
        for (GraphqlClient centre : List.of(county.townCentre(county.townCode()), county.countyCentre())) {
            String id = centre.mutate(EXPORT, Casework.input(Map.of("search", Map.of("name", "某人"))))
                    .at("/residentExport/transfer/id")
                    .asText();
            Reply reply =
                    centre.download(until(centre, id, "DONE").get("fileUrl").asText());
            try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(reply.body()))) {
                Row row = book.getFirstSheet().read().get(1);
                assertEquals("", row.getCellText(3));
                assertEquals("****", row.getCellText(7));
            }
            centre.expectError(
                    ErrorType.FORBIDDEN,
                    START,
                    Casework.input(Map.of("kind", "RESIDENTS", "fileId", uploaded(centre, new byte[] {65}))));
        }
    }
}
