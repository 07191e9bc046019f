package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That whatever is wrong with a request is said to its sender, in words, and harms nobody. */
@DisplayName("What is wrong with a request is answered with one typed error")
final class BadInputIT {
    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Accept", "application/graphql-response+json");
    private static final String REQUEST_ID = "request-of-a-test";
    private static final Map<String, String> NAMED = Map.of(
            "Content-Type",
            "application/json",
            "Accept",
            "application/graphql-response+json",
            "X-Request-Id",
            REQUEST_ID);
    private static final int MIB = 1024 * 1024;

    private static TestHost host;
    private static TwoCounties counties;
    private static County county;
    private static GraphqlClient resident;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        counties = TwoCounties.of(host);
        county = counties.first();
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(Reply reply, int status, String code) {
        assertEquals(status, reply.status(), reply::text);
        JsonNode error = reply.json().at("/errors/0");
        assertEquals(code, error.at("/extensions/code").asText(), reply::text);
        assertFalse(error.at("/extensions/type").asText().isEmpty(), reply::text);
        assertFalse(error.at("/extensions/requestId").asText().isEmpty(), reply::text);
        assertTrue(error.at("/extensions/params").isObject(), reply::text);
        assertFalse(error.get("message").asText().isEmpty(), reply::text);
    }

    private static Reply post(byte[] body) {
        return resident.send("POST", "/graphql", JSON, body);
    }

    @Test
    @DisplayName("30 MB are refused at once, whether or not their length is told before")
    void hugeBodies() throws IOException {
        byte[] huge = new byte[30 * MIB];
        Arrays.fill(huge, (byte) ' ');
        Instant began = Instant.now();
        refused(post(huge), 413, "REQUEST_TOO_LARGE");
        refused(post(Arrays.copyOf(huge, 2 * MIB)), 413, "REQUEST_TOO_LARGE");
        assertTrue(Duration.between(began, Instant.now()).toSeconds() < 10);
        String answer = chunked(2 * MIB);
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        assertTrue(answer.contains("REQUEST_TOO_LARGE"), answer);
    }

    /** What the server answers to a body that it learns the length of only by reading. */
    private static String chunked(int length) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", host.first().port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes("POST /graphql HTTP/1.1\r\nHost: " + county.hostName() + "\r\nAuthorization: Bearer "
                    + resident.token() + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
            byte[] part = new byte[64 * 1024];
            Arrays.fill(part, (byte) ' ');
            try {
                for (int sent = 0; sent < length; sent += part.length) {
                    out.write(bytes(Integer.toHexString(part.length) + "\r\n"));
                    out.write(part);
                    out.write(bytes("\r\n"));
                }
                out.write(bytes("0\r\n\r\n"));
            } catch (IOException closed) {
                // the server has answered, and reads no further
            }
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
                if (answer.toString(StandardCharsets.UTF_8).contains("requestId")) {
                    break;
                }
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @DisplayName("What is no request in JSON is refused")
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "17",
                "\"{ county { code } }\"",
                "[]",
                "[{\"query\": \"{ county { code } }\"}]",
                "{}",
                "{\"query\": null}",
                "{\"query\": \"\"}",
                "{\"query\": 17}",
                "{\"query\": \"{ county { code } }\", \"variables\": [1]}",
                "{\"query\": \"{ county { code } }\", \"variables\": \"x\"}",
                "{\"query\": \"{ county { code } }\", \"operationName\": 1}",
                "{\"query\": \"{ county { code } }\", \"operationName\": \"unknown\"}",
                "{\"query\": \"query A { county { code } } query B { county { code } }\"}",
                "{\"query\": \"subscription { caseProgress(id: \\\"x\\\") { id } }\"}"
            })
    void malformedRequests(String body) {
        refused(post(bytes(body)), 400, "REQUEST_MALFORMED");
    }

    @ParameterizedTest
    @DisplayName("A document that is malformed, or does not fit the schema, is refused")
    @ValueSource(
            strings = {
                "{",
                "{ county { code }",
                "hello",
                "{ nothing }",
                "{ county }",
                "{ county { code { x } } }",
                "{ county(a: 1) { code } }"
            })
    void malformedDocuments(String document) {
        Answer answer = resident.ask(document, Map.of());
        assertEquals(400, answer.status(), answer::toString);
        assertTrue(answer.errors().get(0).code().startsWith("DOCUMENT_"), answer::toString);
        assertEquals("INVALID_INPUT", answer.errors().get(0).type());
    }

    @Test
    @DisplayName("Another method, content type or answer's type than GraphQL's is refused")
    void otherForms() {
        byte[] body = bytes("{\"query\": \"{ county { code } }\"}");
        refused(resident.send("PUT", "/graphql", JSON, body), 405, "METHOD_NOT_ALLOWED");
        refused(resident.send("DELETE", "/graphql", JSON, null), 405, "METHOD_NOT_ALLOWED");
        refused(
                resident.send("POST", "/graphql", Map.of("Content-Type", "text/plain"), body),
                415,
                "MEDIA_TYPE_UNSUPPORTED");
        refused(resident.send("POST", "/graphql", Map.of(), body), 415, "MEDIA_TYPE_UNSUPPORTED");
        refused(
                resident.send(
                        "POST", "/graphql", Map.of("Content-Type", "application/json", "Accept", "image/png"), body),
                406,
                "NOT_ACCEPTABLE");
        String mutation = "/graphql?query=mutation%7BcaseClose(input%3A%7BcaseId%3A%22x%22%7D)%7Bcase%7Bid%7D%7D%7D";
        refused(resident.send("GET", mutation, Map.of("Accept", "application/json"), null), 405, "METHOD_NOT_ALLOWED");
        refused(
                resident.send("GET", "/graphql?variables=%7B", Map.of("Accept", "application/json"), null),
                400,
                "REQUEST_MALFORMED");
    }

    @Test
    @DisplayName("Health and metrics are shown to who knows the server itself, and by no name that the world knows")
    void internals() {
        for (String path : List.of("/q/health/ready", "/q/metrics")) {
            for (String name : List.of(
                    county.hostName(),
                    county.hostName() + ".",
                    "platform.localhost",
                    "PLATFORM.localhost.",
                    "999998.localhost",
                    "www.another.example")) {
                assertEquals(404, internal(name, path), name + path);
            }
            assertEquals(200, internal("127.0.0.1:8080", path), path);
            assertEquals(200, internal("localhost", path), path);
        }
    }

    private static int internal(String name, String path) {
        return county.anonymous().atHost(name).send("GET", path, Map.of(), null).status();
    }

    private static String repeat(String text, int times) {
        return text.repeat(times);
    }

    @Test
    @DisplayName("A document that asks for too much is refused before it is executed")
    void excessiveDocuments() {
        String fragments = IntStream.range(0, 60)
                .mapToObj(i -> "fragment F" + i + " on Query { "
                        + (i == 59 ? "county { code }" : "...F" + (i + 1) + " ...F" + (i + 1)) + " }")
                .collect(Collectors.joining(" "));
        Map<String, String> documents = new TreeMap<>(Map.of(
                "200 deep", "{ division(code: \"1\") " + repeat("{ parent ", 200) + "{ id }" + repeat(" }", 200) + " }",
                "12 deep", "{ division(code: \"1\") " + repeat("{ parent ", 12) + "{ id }" + repeat(" }", 12) + " }",
                "10,000 aliases",
                        "{ "
                                + IntStream.range(0, 10_000)
                                        .mapToObj(i -> "a" + i + ": county { code }")
                                        .collect(Collectors.joining(" "))
                                + " }",
                "100 aliases",
                        "{ "
                                + IntStream.range(0, 100)
                                        .mapToObj(i -> "a" + i + ": county { code }")
                                        .collect(Collectors.joining(" "))
                                + " }",
                "100 directives", "{ county { code " + repeat("@include(if: true) ", 100) + " } }",
                "a page of pages",
                        "{ cases(first: 100) { edges { node { reporter { household { members { household { members { name } } } } } history { id } "
                                + repeat("photos { id } ", 60) + "} } } }",
                "doubling fragments", "{ ...F0 } " + fragments,
                "characters", "{ county { code } } #" + repeat("x", 200_000)));
        assertAll(documents.entrySet().stream().map(one -> () -> {
            Instant began = Instant.now();
            Answer answer = resident.ask(one.getValue(), Map.of());
            String said = one.getKey() + ": " + answer.status() + " "
                    + answer.errors().stream().limit(1).toList();
            assertEquals(400, answer.status(), said);
            assertEquals("DOCUMENT_TOO_LARGE", answer.errors().get(0).code(), said);
            assertTrue(Duration.between(began, Instant.now()).toSeconds() < 5, said);
        }));
    }

    @Test
    @DisplayName("Numbers out of range, and cursors that are none, are refused")
    void pages() {
        String list =
                "query ($first: Int!, $after: String) { cases(first: $first, after: $after) { edges { cursor } } }";
        for (int first : new int[] {0, -1, 101, Integer.MAX_VALUE}) {
            Answer answer = resident.ask(list, Map.of("first", first));
            assertTrue(
                    List.of("INVALID_INPUT", "DOCUMENT_TOO_LARGE")
                            .contains(answer.errors().get(0).code()),
                    answer::toString);
        }
        for (String after : List.of("", "x", "%%%", "MTIz")) {
            resident.expectError(ErrorType.INVALID_INPUT, list, Map.of("first", 1, "after", after));
        }
        resident.expectError(ErrorType.INVALID_INPUT, "DOCUMENT_INVALID", list, Map.of("first", "many"));
        resident.expectError(ErrorType.INVALID_INPUT, "DOCUMENT_INVALID", list, Map.of());
    }

    @Test
    @DisplayName("A text that PostgreSQL cannot keep is the sender's mistake, not ours")
    void unkeepableTexts() {
        for (String text : List.of("a\u0000b", "\u0000\u0000")) {
            resident.expectError(
                    ErrorType.INVALID_INPUT,
                    Casework.document("caseReport"),
                    Casework.input(Casework.reportInput(text, List.of())));
            resident.expectError(
                    ErrorType.INVALID_INPUT,
                    "query ($c: String!) { divisions(name: $c, first: 1) { edges { cursor } } }",
                    Map.of("c", text));
            Answer none = resident.ask("query ($c: String!) { division(code: $c) { id } }", Map.of("c", text));
            assertFalse(none.toString().contains("INTERNAL"), none::toString);
        }
        String half = "{\"query\": \"query ($c: String!) { divisions(name: $c, first: 1) { edges { cursor } } }\","
                + " \"variables\": {\"c\": \"half \\ud83d\"}}";
        Reply refused = resident.send("POST", "/graphql", NAMED, half.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                "INVALID_INPUT", refused.json().at("/errors/0/extensions/type").asText(), refused::text);
        String astral = "😀 和 \ud83c\udfe0 \"引号\" \\ %_ '; drop table case_record; --";
        String id = Casework.report(resident, astral);
        assertEquals(
                astral,
                resident.query("query ($id: ID!) { node(id: $id) { ... on Case { description } } }", Map.of("id", id))
                        .at("/node/description")
                        .asText());
    }

    @Test
    @DisplayName("Texts that are too short or too long, and positions beyond the globe, are refused with their field")
    void fields() {
        Map<String, Object> sound = Casework.reportInput("路边有垃圾", List.of());
        Map<String, Object> faults = Map.of(
                "description", "x", "place", "x".repeat(121), "classCode", "environment.nothing", "latitude", 91.0);
        faults.forEach((field, value) -> {
            Map<String, Object> input = Casework.with(sound, field, value);
            resident.expectError(
                    ErrorType.INVALID_INPUT,
                    Casework.document("caseReport"),
                    Casework.input(field.equals("latitude") ? Casework.with(input, "longitude", 1.0) : input));
        });
        resident.expectError(
                ErrorType.INVALID_INPUT,
                Casework.document("caseReport"),
                Casework.input(Casework.with(sound, "idempotencyKey", "x".repeat(101))));
        resident.expectError(
                ErrorType.INVALID_INPUT,
                Casework.document("caseReport"),
                Casework.input(Casework.with(sound, "latitude", 26.6)));
    }

    private static Reply upload(byte[] photo) {
        return resident.send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), photo);
    }

    @Test
    @DisplayName("What is no photo, or claims to be a giant, is refused by what it is and not by its name")
    void photos() {
        refused(upload(bytes("<html>no photo</html>")), 400, "PHOTO_NOT_AN_IMAGE");
        refused(upload(new byte[0]), 400, "PHOTO_NOT_AN_IMAGE");
        refused(upload(bytes("GIF89a\1\0\1\0\0\0\0;")), 400, "PHOTO_NOT_AN_IMAGE");
        byte[] photo = Photos.jpeg(64, 48);
        refused(upload(Arrays.copyOf(photo, 20)), 400, "PHOTO_NOT_AN_IMAGE");
        refused(upload(pngHeader(50_000, 50_000)), 400, "PHOTO_TOO_MANY_PIXELS");
        refused(upload(pngHeader(64, 48)), 400, "PHOTO_NOT_AN_IMAGE");
        refused(upload(new byte[12 * MIB + 1]), 413, "REQUEST_TOO_LARGE");
        refused(upload(new byte[20 * MIB]), 413, "REQUEST_TOO_LARGE");
        assertEquals(201, upload(photo).status());
        String[] ten = IntStream.range(0, 10).mapToObj(i -> random("Photo")).toArray(String[]::new);
        resident.expectError(
                ErrorType.INVALID_INPUT,
                "PHOTO_TOO_MANY",
                Casework.document("caseReport"),
                Casework.input(Casework.reportInput("太多照片", List.of(ten))));
    }

    /** A PNG that ends after saying how large it is. */
    private static byte[] pngHeader(int width, int height) {
        ByteBuffer chunk =
                ByteBuffer.allocate(17).put(bytes("IHDR")).putInt(width).putInt(height);
        chunk.put((byte) 8).put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
        CRC32 crc = new CRC32();
        crc.update(chunk.array());
        return ByteBuffer.allocate(8 + 4 + 17 + 4)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .putInt(13)
                .put(chunk.array())
                .putInt((int) crc.getValue())
                .array();
    }

    private static String random(String type) {
        return new GlobalId(type, UUID.randomUUID()).encode();
    }

    /** A mutation that takes an id: who may call it, and its input with {@code ID} in the place of the id. */
    private record Taking(GraphqlClient caller, String type, String foreignId, Map<String, Object> input) {}

    private static String viewer(GraphqlClient client, String pointer) {
        return client.query("{ viewer { resident { id household { id } } posts { id } } }")
                .at("/viewer" + pointer)
                .asText();
    }

    private static Map<String, List<Taking>> takings() {
        County other = counties.second();
        GraphqlClient theirs = other.resident(other.groupCode(1, 1, 1));
        GraphqlClient theirWorker = other.gridWorker(other.gridCode(1, 1));
        String theirCase = Casework.report(theirs, "别县的事");
        String theirPhoto = theirs.uploadPhoto(Photos.jpeg(8, 8));
        String theirVillage = other.divisionId(other.villageCode(1));
        String theirGrid = other.divisionId(other.gridCode(1, 1));
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient administrator = county.administrator();
        String ownCase = Casework.report(resident, "本县的事");
        GraphqlClient applicant = county.stranger();
        String waiting = applicant
                .mutate(
                        "mutation ($d: ID!) { residentRegister(input: { name: \"等\", divisionId: $d, address: \"1号\","
                                + " noticeVersion: \"1\" }) { resident { id } } }",
                        Map.of("d", county.divisionId(county.groupCode(1, 1, 1))))
                .at("/residentRegister/resident/id")
                .asText();
        Map<String, Object> registration =
                Map.of("name", "n", "divisionId", "ID", "address", "a", "noticeVersion", "1");
        Map<String, Object> appointment =
                Map.of("subject", "s", "holderName", "h", "role", "GRID_WORKER", "divisionId", "ID");
        Map<String, List<Taking>> all = new TreeMap<>();
        all.put("residentRegister", List.of(new Taking(county.stranger(), "Division", theirGrid, registration)));
        all.put(
                "residentApprove",
                List.of(
                        new Taking(worker, "Resident", viewer(theirs, "/resident/id"), Map.of("residentId", "ID")),
                        new Taking(
                                worker,
                                "Household",
                                viewer(theirs, "/resident/household/id"),
                                Map.of("residentId", waiting, "householdId", "ID"))));
        all.put(
                "residentReject",
                List.of(new Taking(
                        worker,
                        "Resident",
                        viewer(theirs, "/resident/id"),
                        Map.of("residentId", "ID", "reason", "原因"))));
        String theirPost = viewer(theirWorker, "/posts/0/id");
        String theirUnit = other.unit("别县住建局", other.code());
        all.put(
                "postAppoint",
                List.of(
                        new Taking(administrator, "Division", theirGrid, appointment),
                        new Taking(
                                administrator,
                                "OrgUnit",
                                theirUnit,
                                Map.of(
                                        "subject", "s",
                                        "holderName", "h",
                                        "role", "UNIT_OFFICER",
                                        "divisionId", county.divisionId(county.code()),
                                        "unitId", "ID"))));
        all.put("postRenew", List.of(new Taking(administrator, "Post", theirPost, Map.of("postId", "ID"))));
        String tomorrow = Instant.now().plus(Duration.ofDays(1)).toString();
        String ownPost = viewer(worker, "/posts/0/id");
        all.put(
                "postStandIn",
                List.of(
                        new Taking(
                                administrator,
                                "Post",
                                theirPost,
                                Map.of("postId", "ID", "colleagueId", ownPost, "until", tomorrow)),
                        new Taking(
                                administrator,
                                "Post",
                                theirPost,
                                Map.of("postId", ownPost, "colleagueId", "ID", "until", tomorrow))));
        String theirStandIn = other.administrator()
                .mutate(
                        "mutation ($input: PostStandInInput!) { postStandIn(input: $input) { standIn { id } } }",
                        Casework.input(Map.of(
                                "postId", theirPost,
                                "colleagueId", viewer(other.cadre(other.villageCode(1)), "/posts/0/id"),
                                "until", tomorrow)))
                .at("/postStandIn/standIn/id")
                .asText();
        all.put(
                "postStandInEnd",
                List.of(new Taking(administrator, "StandIn", theirStandIn, Map.of("standInId", "ID"))));
        all.put(
                "unitCreate",
                List.of(new Taking(
                        administrator,
                        "Division",
                        theirGrid,
                        Map.of("name", "新单位", "kind", "DEPARTMENT", "divisionId", "ID"))));
        all.put(
                "unitRename",
                List.of(new Taking(administrator, "OrgUnit", theirUnit, Map.of("unitId", "ID", "name", "新"))));
        all.put("unitRetire", List.of(new Taking(administrator, "OrgUnit", theirUnit, Map.of("unitId", "ID"))));
        String theirOfficer = viewer(other.unitOfficer(theirUnit), "/posts/0/id");
        all.put(
                "dutyShiftAdd",
                List.of(new Taking(administrator, "Post", theirOfficer, Map.of("postId", "ID", "until", tomorrow))));
        String theirShift = other.administrator()
                .mutate(
                        "mutation ($input: DutyShiftAddInput!) { dutyShiftAdd(input: $input) { shift { id } } }",
                        Casework.input(Map.of("postId", theirOfficer, "until", tomorrow)))
                .at("/dutyShiftAdd/shift/id")
                .asText();
        all.put(
                "dutyShiftRemove",
                List.of(new Taking(administrator, "DutyShift", theirShift, Map.of("shiftId", "ID"))));
        all.put(
                "divisionRename",
                List.of(new Taking(administrator, "Division", theirGrid, Map.of("divisionId", "ID", "name", "新"))));
        all.put(
                "divisionEnd",
                List.of(
                        new Taking(administrator, "Division", theirGrid, Map.of("divisionId", "ID")),
                        new Taking(
                                administrator,
                                "Division",
                                theirGrid,
                                Map.of("divisionId", county.divisionId(county.gridCode(1, 2)), "successorId", "ID"))));
        all.put(
                "divisionShapeSet",
                List.of(new Taking(administrator, "Division", theirGrid, Map.of("divisionId", "ID", "geoJson", "{}"))));
        all.put(
                "divisionShapeRemove",
                List.of(new Taking(administrator, "Division", theirGrid, Map.of("divisionId", "ID"))));
        all.put(
                "postEnd",
                List.of(new Taking(administrator, "Post", viewer(theirWorker, "/posts/0/id"), Map.of("postId", "ID"))));
        all.put(
                "gridCreate",
                List.of(new Taking(administrator, "Division", theirVillage, Map.of("villageId", "ID", "name", "新"))));
        all.put(
                "jointGroupCreate",
                List.of(new Taking(administrator, "Division", theirGrid, Map.of("gridId", "ID", "name", "新"))));
        all.put(
                "caseReport",
                List.of(
                        new Taking(
                                resident,
                                "Division",
                                theirGrid,
                                Casework.with(Casework.reportInput("某事", List.of()), "divisionId", "ID")),
                        new Taking(resident, "Photo", theirPhoto, Casework.reportInput("某事", List.of("ID")))));
        all.put(
                "caseDispatch",
                new ArrayList<>(List.of(
                        new Taking(
                                cadre,
                                "Case",
                                theirCase,
                                Map.of("caseId", "ID", "postId", viewer(worker, "/posts/0/id"))),
                        new Taking(
                                cadre,
                                "Post",
                                viewer(theirWorker, "/posts/0/id"),
                                Map.of("caseId", ownCase, "postId", "ID")))));
        all.get("caseDispatch")
                .add(new Taking(
                        county.countyCentre(),
                        "OrgUnit",
                        other.unit("别县住建局", other.code()),
                        Map.of("caseId", ownCase, "unitId", "ID")));
        String theirRule = other.administrator()
                .mutate(
                        "mutation ($d: ID!) { dispatchRuleSave(input: { divisionId: $d }) { rule { id } } }",
                        Map.of("d", theirGrid))
                .at("/dispatchRuleSave/rule/id")
                .asText();
        String ownGrid = county.divisionId(county.gridCode(1, 1));
        all.put(
                "dispatchRuleSave",
                List.of(
                        new Taking(administrator, "Division", theirGrid, Map.of("divisionId", "ID")),
                        new Taking(
                                administrator,
                                "OrgUnit",
                                other.unit("别县住建局", other.code()),
                                Map.of("divisionId", ownGrid, "unitId", "ID")),
                        new Taking(
                                administrator,
                                "OrgUnit",
                                other.unit("别县环卫所", other.code()),
                                Map.of(
                                        "divisionId",
                                        ownGrid,
                                        "support",
                                        List.of(Map.of("unitId", "ID", "asked", "请协办")))),
                        new Taking(
                                administrator,
                                "DispatchRule",
                                theirRule,
                                Map.of("divisionId", ownGrid, "replaces", "ID"))));
        all.put(
                "dispatchRuleEnd",
                List.of(new Taking(administrator, "DispatchRule", theirRule, Map.of("ruleId", "ID"))));
        all.put(
                "caseHandle",
                List.of(
                        new Taking(
                                worker, "Case", theirCase, Map.of("caseId", "ID", "note", "处理", "photoIds", List.of())),
                        new Taking(
                                worker,
                                "Photo",
                                theirPhoto,
                                Map.of("caseId", ownCase, "note", "处理", "photoIds", List.of("ID")))));
        Map<String, Object> recorded = Casework.with(
                Casework.with(Casework.reportInput("某事", List.of()), "divisionId", "ID"), "source", "PATROL");
        all.put(
                "caseRecord",
                List.of(
                        new Taking(worker, "Division", theirGrid, recorded),
                        new Taking(
                                worker,
                                "Photo",
                                theirPhoto,
                                Casework.with(
                                        Casework.with(recorded, "photoIds", List.of("ID")),
                                        "divisionId",
                                        county.divisionId(county.gridCode(1, 1))))));
        all.put("caseAccept", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID"))));
        all.put("caseRefuse", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put(
                "caseRefer",
                List.of(new Taking(
                        cadre, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因", "referredTo", "信访局"))));
        all.put("caseReturn", List.of(new Taking(worker, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put(
                "caseTransfer",
                List.of(
                        new Taking(
                                worker,
                                "Case",
                                theirCase,
                                Map.of("caseId", "ID", "reason", "原因", "postId", viewer(worker, "/posts/0/id"))),
                        new Taking(
                                worker,
                                "Post",
                                viewer(theirWorker, "/posts/0/id"),
                                Map.of("caseId", ownCase, "reason", "原因", "postId", "ID"))));
        all.put("caseEscalate", List.of(new Taking(worker, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put("caseReply", List.of(new Taking(worker, "Case", theirCase, Map.of("caseId", "ID", "note", "已收到"))));
        all.put("caseUrge", List.of(new Taking(resident, "Case", theirCase, Map.of("caseId", "ID"))));
        all.put("caseWithdraw", List.of(new Taking(resident, "Case", theirCase, Map.of("caseId", "ID"))));
        String asked = Casework.report(resident, "本县的事");
        Casework.step(
                worker,
                "caseRequestExtension",
                Map.of("caseId", asked, "stage", "RESOLVE", "amount", 1, "reason", "下雨"));
        all.put(
                "caseRequestExtension",
                List.of(new Taking(
                        worker,
                        "Case",
                        theirCase,
                        Map.of("caseId", "ID", "stage", "RESOLVE", "amount", 1, "reason", "原因"))));
        all.put(
                "caseRequestSuspension",
                List.of(new Taking(
                        worker,
                        "Case",
                        theirCase,
                        Map.of(
                                "caseId",
                                "ID",
                                "until",
                                Instant.now().plus(Duration.ofDays(1)).toString(),
                                "reason",
                                "原因"))));
        for (String decision : List.of("caseGrant", "caseDeny")) {
            all.put(
                    decision,
                    List.of(
                            new Taking(cadre, "Case", theirCase, decision(decision, "ID", random("CaseRequest"))),
                            new Taking(cadre, "CaseRequest", random("CaseRequest"), decision(decision, asked, "ID"))));
        }
        String helping = county.unit("协办单位", county.code());
        all.put(
                "casePartAsk",
                List.of(
                        new Taking(
                                county.countyCentre(),
                                "Case",
                                theirCase,
                                Map.of("caseId", "ID", "unitId", helping, "note", "请协办")),
                        new Taking(
                                county.countyCentre(),
                                "OrgUnit",
                                other.unit("别县协办单位", other.code()),
                                Map.of("caseId", asked, "unitId", "ID", "note", "请协办")),
                        new Taking(
                                county.countyCentre(),
                                "CasePart",
                                random("CasePart"),
                                Map.of("caseId", asked, "unitId", helping, "note", "请协办", "replaces", "ID"))));
        GraphqlClient helper = county.unitOfficer(helping);
        String helped = Casework.report(resident, "本县的事");
        Casework.step(county.countyCentre(), "casePartAsk", Map.of("caseId", helped, "unitId", helping, "note", "请协办"));
        for (String ending : List.of("casePartDone", "casePartReturn", "casePartCancel")) {
            GraphqlClient ends = ending.equals("casePartCancel") ? county.countyCentre() : helper;
            all.put(
                    ending,
                    List.of(
                            new Taking(ends, "Case", theirCase, ending(ending, "ID", random("CasePart"))),
                            new Taking(ends, "CasePart", random("CasePart"), ending(ending, helped, "ID"))));
        }
        String same = Casework.report(resident, "本县的事");
        all.put(
                "caseMerge",
                List.of(
                        new Taking(cadre, "Case", theirCase, Map.of("mainId", "ID", "caseIds", List.of(same))),
                        new Taking(cadre, "Case", theirCase, Map.of("mainId", same, "caseIds", List.of("ID")))));
        all.put("caseUnmerge", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put("caseResume", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID"))));
        all.put("caseSendBack", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put("caseClose", List.of(new Taking(cadre, "Case", theirCase, Map.of("caseId", "ID"))));
        all.put("caseRate", List.of(new Taking(resident, "Case", theirCase, Map.of("caseId", "ID", "stars", 5))));
        all.put("caseReopen", List.of(new Taking(resident, "Case", theirCase, Map.of("caseId", "ID", "reason", "原因"))));
        all.put(
                "deadLetterReplay",
                List.of(new Taking(administrator, "DeadLetter", random("DeadLetter"), Map.of("deadLetterId", "ID"))));
        all.put(
                "deadLetterDiscard",
                List.of(new Taking(
                        administrator,
                        "DeadLetter",
                        random("DeadLetter"),
                        Map.of("deadLetterId", "ID", "reason", "无法处理"))));
        peopleTakings(all);
        messageTakings(all);
        return all;
    }

    private static void messageTakings(Map<String, List<Taking>> all) {
        County other = counties.second();
        GraphqlClient administrator = county.administrator();
        GraphqlClient theirs = other.administrator();
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        String theirResident = viewer(other.resident(other.groupCode(1, 1, 1)), "/resident/id");
        String theirVillage = other.divisionId(other.villageCode(1));
        String theirWebhook = made(
                theirs,
                "webhookAdd(input: { name: \"网关\", url: \"https://gateway.example/\", kinds: [NOTICE] }) { webhook { id } }");
        String theirNotice = made(
                theirs,
                "noticeWrite(input: { title: \"停水\", body: \"明日停水\", divisionIds: [\"" + theirVillage
                        + "\"] }) { notice { id } }");
        String theirTag = made(theirs, "tagSave(input: { name: \"别县的标签\" }) { tag { id } }");
        String theirEmergency = made(
                theirs,
                "emergencyDeclare(input: { divisionId: \"" + other.divisionId(other.code())
                        + "\", reason: \"暴雨\" }) { emergency { id } }");
        String message = random("Message");
        String dead = random("DeadDelivery");
        for (String change : List.of("Rotate", "Pause", "Resume", "Remove", "Test")) {
            all.put(
                    "webhook" + change,
                    List.of(new Taking(administrator, "Webhook", theirWebhook, Map.of("webhookId", "ID"))));
        }
        all.put(
                "deadDeliveryReplay",
                List.of(new Taking(administrator, "DeadDelivery", dead, Map.of("deadDeliveryId", "ID"))));
        all.put(
                "deadDeliveryGiveUp",
                List.of(new Taking(
                        administrator, "DeadDelivery", dead, Map.of("deadDeliveryId", "ID", "reason", "无法处理"))));
        all.put("messageRead", List.of(new Taking(resident, "Message", message, Map.of("messageId", "ID"))));
        all.put("messageReadAll", List.of(new Taking(resident, "Message", message, Map.of("messageId", "ID"))));
        all.put(
                "noticeWrite",
                List.of(new Taking(
                        administrator,
                        "Division",
                        theirVillage,
                        Map.of("title", "停水", "body", "明日停水", "divisionIds", List.of("ID")))));
        String theirAudience =
                made(theirs, "audienceSave(input: { name: \"别县的受众\", audience: {} }) { savedAudience { id } }");
        all.put(
                "noticeConfirmFor",
                List.of(
                        new Taking(
                                worker,
                                "Notice",
                                theirNotice,
                                Map.of("noticeId", "ID", "residentId", random("Resident"))),
                        new Taking(
                                worker,
                                "Resident",
                                theirResident,
                                Map.of("noticeId", random("Notice"), "residentId", "ID"))));
        all.put(
                "audienceSave",
                List.of(
                        new Taking(
                                administrator,
                                "SavedAudience",
                                theirAudience,
                                Map.of("audienceId", "ID", "name", "我的受众", "audience", Map.of())),
                        new Taking(
                                administrator,
                                "Division",
                                theirVillage,
                                Map.of("name", "我的受众", "audience", Map.of("divisionIds", List.of("ID"))))));
        all.put(
                "audienceRemove",
                List.of(new Taking(administrator, "SavedAudience", theirAudience, Map.of("audienceId", "ID"))));
        String theirTemplate = made(
                theirs,
                "noticeTemplateSave(input: { name: \"停水\", title: \"停水通知\", body: \"停水\" }) { noticeTemplate { id } }");
        all.put(
                "noticeTemplateSave",
                List.of(new Taking(
                        administrator,
                        "NoticeTemplate",
                        theirTemplate,
                        Map.of("templateId", "ID", "name", "我的模板", "title", "标题", "body", "正文"))));
        all.put(
                "noticeTemplateRemove",
                List.of(new Taking(administrator, "NoticeTemplate", theirTemplate, Map.of("templateId", "ID"))));
        all.put("noticePublish", List.of(new Taking(administrator, "Notice", theirNotice, Map.of("noticeId", "ID"))));
        all.put(
                "noticeRecall",
                List.of(new Taking(administrator, "Notice", theirNotice, Map.of("noticeId", "ID", "reason", "写错了"))));
        all.put("noticeChase", List.of(new Taking(administrator, "Notice", theirNotice, Map.of("noticeId", "ID"))));
        all.put(
                "escalationAcknowledge",
                List.of(new Taking(
                        administrator,
                        "CaseEscalation",
                        random("CaseEscalation"),
                        Map.of("escalationId", "ID", "note", "已督促"))));
        all.put("noticeRead", List.of(new Taking(resident, "Notice", theirNotice, Map.of("noticeId", "ID"))));
        all.put("noticeConfirm", List.of(new Taking(resident, "Notice", theirNotice, Map.of("noticeId", "ID"))));
        all.put(
                "emergencyDeclare",
                List.of(new Taking(
                        administrator, "Division", theirVillage, Map.of("divisionId", "ID", "reason", "暴雨"))));
        all.put(
                "emergencyEnd",
                List.of(new Taking(
                        administrator, "Emergency", theirEmergency, Map.of("emergencyId", "ID", "reason", "雨停"))));
        all.put(
                "personalDataExport",
                List.of(new Taking(
                        administrator, "Resident", theirResident, Map.of("residentId", "ID", "reason", "本人申请"))));
        all.put(
                "erasureRequest",
                List.of(new Taking(
                        administrator,
                        "Resident",
                        theirResident,
                        Map.of("residentId", "ID", "name", "n", "reason", "本人申请"))));
        String theirName = other.administrator()
                .query("query ($id: ID!) { node(id: $id) { ... on Resident { name } } }", Map.of("id", theirResident))
                .at("/node/name")
                .asText();
        String theirErasure = other.administrator()
                .mutate(
                        "mutation ($input: ErasureRequestInput!) { erasureRequest(input: $input) { erasure { id } } }",
                        Casework.input(Map.of("residentId", theirResident, "name", theirName, "reason", "本人申请")))
                .at("/erasureRequest/erasure/id")
                .asText();
        all.put(
                "erasureWithdraw",
                List.of(new Taking(administrator, "Erasure", theirErasure, Map.of("erasureId", "ID"))));
        all.put(
                "erasureApprove",
                List.of(new Taking(administrator, "Erasure", theirErasure, Map.of("erasureId", "ID"))));
        all.put(
                "erasureRefuse",
                List.of(new Taking(administrator, "Erasure", theirErasure, Map.of("erasureId", "ID", "reason", "原因"))));
        String today =
                java.time.LocalDate.now(java.time.ZoneId.of("Asia/Shanghai")).toString();
        String theirHold = other.administrator()
                .mutate(
                        "mutation ($input: LegalHoldPlaceInput!) { legalHoldPlace(input: $input) { hold { id } } }",
                        Casework.input(Map.of("residentId", theirResident, "reason", "诉讼", "until", today)))
                .at("/legalHoldPlace/hold/id")
                .asText();
        all.put(
                "legalHoldPlace",
                List.of(new Taking(
                        administrator,
                        "Resident",
                        theirResident,
                        Map.of("residentId", "ID", "reason", "诉讼", "until", today))));
        all.put(
                "legalHoldRelease",
                List.of(new Taking(administrator, "LegalHold", theirHold, Map.of("holdId", "ID", "reason", "结案"))));
        all.put(
                "residentReveal",
                List.of(new Taking(
                        worker,
                        "Resident",
                        theirResident,
                        Map.of("residentId", "ID", "fields", List.of("TELEPHONE"), "reason", "走访"))));
        all.put("tagSave", List.of(new Taking(administrator, "Tag", theirTag, Map.of("tagId", "ID", "name", "我的标签"))));
        all.put("tagRetire", List.of(new Taking(administrator, "Tag", theirTag, Map.of("tagId", "ID"))));
        all.put(
                "residentTag",
                List.of(
                        new Taking(
                                worker,
                                "Resident",
                                theirResident,
                                Map.of("residentId", "ID", "tagId", random("Tag"), "present", true)),
                        new Taking(
                                worker,
                                "Tag",
                                theirTag,
                                Map.of(
                                        "residentId",
                                        viewer(resident, "/resident/id"),
                                        "tagId",
                                        "ID",
                                        "present",
                                        true))));
    }

    /** The id of what the mutation makes. */
    private static String made(GraphqlClient maker, String mutation) {
        return maker.mutate("mutation { " + mutation + " }", Map.of())
                .at("/" + mutation.substring(0, mutation.indexOf('(')))
                .iterator()
                .next()
                .get("id")
                .asText();
    }

    private static Map<String, Object> ending(String mutation, String caseId, String partId) {
        Map<String, Object> input = Map.of("caseId", caseId, "partId", partId);
        return mutation.equals("casePartDone")
                ? Casework.with(Casework.with(input, "note", "已办"), "photoIds", List.of())
                : Casework.with(input, "reason", "原因");
    }

    private static Map<String, Object> decision(String mutation, String caseId, String requestId) {
        Map<String, Object> input = Map.of("caseId", caseId, "requestId", requestId);
        return mutation.equals("caseDeny") ? Casework.with(input, "reason", "原因") : input;
    }

    private static void peopleTakings(Map<String, List<Taking>> all) {
        County other = counties.second();
        GraphqlClient theirs = other.resident(other.groupCode(1, 1, 1));
        GraphqlClient theirWorker = other.gridWorker(other.gridCode(1, 1));
        GraphqlClient theirCadre = other.cadre(other.villageCode(1));
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String theirGrid = other.divisionId(other.gridCode(1, 1));
        String ownGrid = county.divisionId(county.gridCode(1, 1));
        String theirHousehold = viewer(theirs, "/resident/household/id");
        String theirBuilding = building(theirWorker, theirGrid);
        String ownBuilding = building(worker, ownGrid);
        String theirHome = theirWorker
                .mutate(
                        "mutation ($b: ID!) { homeSave(input: { buildingId: $b, room: \"1\", usage: OWN }) { home { id } } }",
                        Map.of("b", theirBuilding))
                .at("/homeSave/home/id")
                .asText();
        String theirFile = list(theirCadre);
        String theirTransfer = theirCadre
                .mutate(
                        "mutation ($f: ID!) { importStart(input: { kind: \"RESIDENTS\", fileId: $f }) { transfer { id } } }",
                        Map.of("f", list(theirCadre)))
                .at("/importStart/transfer/id")
                .asText();
        Map<String, Object> person = Map.of("name", "n", "divisionId", "ID", "address", "a", "noticeVersion", "1");
        Map<String, Object> building = Map.of("divisionId", "ID", "name", "n", "address", "a");
        Map<String, Object> home = Map.of("buildingId", "ID", "room", "9", "usage", "OWN");
        all.put(
                "residentRecord",
                List.of(
                        new Taking(worker, "Division", theirGrid, person),
                        new Taking(
                                worker,
                                "Household",
                                theirHousehold,
                                Casework.with(Casework.with(person, "divisionId", ownGrid), "householdId", "ID"))));
        all.put(
                "residentUpdate",
                List.of(
                        new Taking(worker, "Resident", viewer(theirs, "/resident/id"), Map.of("residentId", "ID")),
                        new Taking(
                                worker,
                                "Division",
                                theirGrid,
                                Map.of("residentId", viewer(resident, "/resident/id"), "divisionId", "ID"))));
        String mergedKept = People.record(worker, People.said(county, county.groupCode(1, 1, 1), "合并甲"));
        all.put(
                "residentMerge",
                List.of(
                        new Taking(
                                cadre,
                                "Resident",
                                viewer(theirs, "/resident/id"),
                                Map.of("keptId", mergedKept, "otherId", "ID", "take", List.of())),
                        new Taking(
                                cadre,
                                "Resident",
                                viewer(theirs, "/resident/id"),
                                Map.of("keptId", "ID", "otherId", mergedKept, "take", List.of()))));
        all.put(
                "residentMergeUndo",
                List.of(new Taking(
                        cadre,
                        "ResidentMerge",
                        other.administrator()
                                .mutate(
                                        "mutation ($input: ResidentMergeInput!) { residentMerge(input: $input) { merge { id } } }",
                                        Casework.input(Map.of(
                                                "keptId",
                                                People.record(
                                                        other.gridWorker(other.gridCode(1, 1)),
                                                        People.said(other, other.groupCode(1, 1, 1), "合并乙")),
                                                "otherId",
                                                People.record(
                                                        other.gridWorker(other.gridCode(1, 1)),
                                                        People.said(other, other.groupCode(1, 1, 1), "合并乙")),
                                                "take",
                                                List.of())))
                                .at("/residentMerge/merge/id")
                                .asText(),
                        Map.of("mergeId", "ID"))));
        all.put(
                "buildingSave",
                List.of(
                        new Taking(worker, "Division", theirGrid, building),
                        new Taking(
                                worker,
                                "Building",
                                theirBuilding,
                                Casework.with(Casework.with(building, "divisionId", ownGrid), "buildingId", "ID"))));
        Map<String, Object> ownHome = Casework.with(home, "buildingId", ownBuilding);
        all.put(
                "homeSave",
                List.of(
                        new Taking(worker, "Building", theirBuilding, home),
                        new Taking(worker, "Home", theirHome, Casework.with(ownHome, "homeId", "ID")),
                        new Taking(worker, "Household", theirHousehold, Casework.with(ownHome, "householdId", "ID"))));
        all.put(
                "importStart",
                List.of(new Taking(cadre, "TransferFile", theirFile, Map.of("kind", "RESIDENTS", "fileId", "ID"))));
        all.put(
                "importConfirm",
                List.of(new Taking(cadre, "Transfer", theirTransfer, Map.of("transferId", "ID", "mode", "ALL"))));
        all.put("importDiscard", List.of(new Taking(cadre, "Transfer", theirTransfer, Map.of("transferId", "ID"))));
    }

    private static String building(GraphqlClient worker, String division) {
        return worker.mutate(
                        "mutation ($d: ID!) { buildingSave(input: { divisionId: $d, name: \"1栋\", address: \"1号\" })"
                                + " { building { id } } }",
                        Map.of("d", division))
                .at("/buildingSave/building/id")
                .asText();
    }

    private static String list(GraphqlClient cadre) {
        return cadre.send("POST", "/transfers", Map.of("Content-Type", "text/csv"), bytes("姓名\n"))
                .json()
                .get("id")
                .asText();
    }

    private static Map<String, Object> filled(Map<String, Object> input, String id) {
        Map<String, Object> filled = new TreeMap<>(input);
        filled.replaceAll((field, value) -> filledValue(value, id));
        return filled;
    }

    @SuppressWarnings("unchecked") // inputs are of texts, numbers, lists and such maps
    private static Object filledValue(Object value, String id) {
        if (value instanceof List<?> list) {
            return list.stream().map(one -> filledValue(one, id)).toList();
        }
        if (value instanceof Map<?, ?> inner) {
            return filled((Map<String, Object>) inner, id);
        }
        return value.equals("ID") ? id : value;
    }

    private static ApiError failure(Taking taking, String mutation, String id) {
        String input = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        Answer answer = taking.caller()
                .ask(
                        "mutation ($input: " + input + ") { " + mutation + "(input: $input) { __typename } }",
                        Casework.input(filled(taking.input(), id)));
        assertEquals(1, answer.errors().size(), answer::toString);
        return answer.errors().get(0);
    }

    @Test
    @DisplayName(
            "Another county's id, one that never was, one of another kind and one that is none are answered alike, by every mutation")
    void foreignIds() {
        Map<String, List<Taking>> takings = takings();
        assertEquals(mutationsWithIds(), takings.keySet(), "the mutations of the core that take an id");
        assertAll(takings.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(taking -> () -> {
                    ApiError random = failure(taking, entry.getKey(), random(taking.type()));
                    assertTrue(
                            random.type().equals("NOT_FOUND")
                                    || Set.of("PHOTO_TAKEN", "TRANSFER_FILE_TAKEN")
                                            .contains(random.code()),
                            () -> entry.getKey() + ": " + random);
                    ApiError foreign = failure(taking, entry.getKey(), taking.foreignId());
                    assertEquals(
                            List.of(random.type(), random.code(), random.params(), random.message()),
                            List.of(foreign.type(), foreign.code(), foreign.params(), foreign.message()),
                            entry.getKey());
                    for (String id : List.of(random("Viewer"), "nonsense", "")) {
                        assertEquals(
                                "NOT_FOUND",
                                failure(taking, entry.getKey(), id).code(),
                                () -> entry.getKey() + " with " + id);
                    }
                })));
    }

    /** Those of the core, that is without the plugins'; by the county's own schema. */
    private static Set<String> mutationsWithIds() {
        JsonNode types = county.anonymous()
                .query(
                        "{ __schema { mutationType { fields { name args { type { ofType { name } } } } }"
                                + " types { name inputFields { type { kind name ofType { kind name ofType { name ofType { name } } } } } } } }")
                .at("/__schema");
        Set<String> taking = new TreeSet<>();
        types.get("types").forEach(type -> {
            if (type.path("inputFields").toString().contains("\"ID\"")) {
                taking.add(type.get("name").asText());
            }
        });
        Set<String> mutations = new TreeSet<>();
        types.at("/mutationType/fields").forEach(field -> {
            if (taking.contains(field.at("/args/0/type/ofType/name").asText())) {
                mutations.add(field.get("name").asText());
            }
        });
        return mutations;
    }

    @Test
    @DisplayName("The same report five times at once is one case; the same key for another report is refused")
    void idempotency() throws Exception {
        Map<String, Object> report = Casework.with(
                Casework.reportInput("路灯不亮", List.of(resident.uploadPhoto(Photos.jpeg(8, 8)))),
                "idempotencyKey",
                "key-1");
        String document = "mutation ($input: CaseReportInput!) { caseReport(input: $input) { case { id number } } }";
        List<Answer> answers = CaseworkIT.atOnce(5, () -> resident.mutate(document, Casework.input(report)));
        assertEquals(1, answers.stream().map(Answer::data).distinct().count(), answers::toString);
        assertEquals(
                answers.get(0).data(),
                resident.mutate(document, Casework.input(report)).data());
        resident.expectError(
                ErrorType.CONFLICT,
                "IDEMPOTENCY_KEY_REUSED",
                document,
                Casework.input(Casework.with(report, "description", "另一件事")));
        GraphqlClient another = county.resident(county.groupCode(1, 1, 1));
        Map<String, Object> same = Casework.with(Casework.reportInput("路灯不亮", List.of()), "idempotencyKey", "key-1");
        assertNotEquals(
                answers.get(0).data(),
                another.mutate(document, Casework.input(same)).data());
        // what failed leaves no key behind
        Map<String, Object> failing = Casework.with(Casework.reportInput("x", List.of()), "idempotencyKey", "key-2");
        resident.expectError(ErrorType.INVALID_INPUT, document, Casework.input(failing));
        resident.mutate(document, Casework.input(Casework.with(failing, "description", "可以了")));
    }

    @Test
    @DisplayName("Each error has its words in both languages, and the request's id where the client gave one")
    void words() {
        Map<String, String> wrong = Map.of(
                "REQUEST_MALFORMED", "[]",
                "DOCUMENT_INVALID", "{\"query\": \"{ nothing }\"}",
                "DOCUMENT_MALFORMED", "{\"query\": \"{\"}",
                "DOCUMENT_TOO_LARGE",
                        "{\"query\": \"{ division(code: \\\"1\\\") " + repeat("{ parent ", 12) + "{ id }"
                                + repeat(" }", 12) + " }\"}",
                "NOT_FOUND",
                        "{\"query\": \"mutation { caseRate(input: { caseId: \\\"x\\\", stars: 1 }) { case { id } } }\"}",
                "FORBIDDEN", "{\"query\": \"mutation { caseClose(input: { caseId: \\\"x\\\" }) { case { id } } }\"}",
                "INVALID_INPUT", "{\"query\": \"{ cases(first: 0) { edges { cursor } } }\"}");
        wrong.forEach((code, body) ->
                bothLanguages(code, resident, client -> client.send("POST", "/graphql", NAMED, bytes(body))));
        byte[] sound = bytes("{\"query\": \"{ county { code } }\"}");
        bothLanguages(
                "TENANT_UNKNOWN_HOST",
                resident.atHost("999998.localhost"),
                client -> client.send("POST", "/graphql", NAMED, sound));
        bothLanguages(
                "REQUEST_TOO_LARGE", resident, client -> client.send("POST", "/graphql", NAMED, new byte[2 * MIB]));
        Map<String, String> photo = Map.of("Content-Type", "image/jpeg", "X-Request-Id", REQUEST_ID);
        bothLanguages(
                "PHOTO_NOT_AN_IMAGE", resident, client -> client.send("POST", "/photos", photo, bytes("no photo")));
        Map<String, Object> report =
                Casework.with(Casework.reportInput("井盖坏了", List.of()), "idempotencyKey", "key of the words");
        resident.mutate(Casework.document("caseReport"), Casework.input(report));
        byte[] reused =
                body(Casework.document("caseReport"), Casework.input(Casework.with(report, "description", "另一个井盖坏了")));
        bothLanguages("IDEMPOTENCY_KEY_REUSED", resident, client -> client.send("POST", "/graphql", NAMED, reused));
        County slow = host.newCounty();
        slow.limitRequests(10, 1_000);
        bothLanguages("RATE_LIMITED", slow.anonymous(), client -> {
            Reply reply = client.send("POST", "/graphql", NAMED, sound);
            for (int more = 0; more < 20 && reply.status() != 429; more++) { // a minute may end in between
                reply = client.send("POST", "/graphql", NAMED, sound);
            }
            return reply;
        });
    }

    private static byte[] body(String document, Map<String, Object> variables) {
        try {
            return new ObjectMapper().writeValueAsBytes(Map.of("query", document, "variables", variables));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void bothLanguages(String code, GraphqlClient client, Function<GraphqlClient, Reply> wrong) {
        JsonNode english = wrong.apply(client.inLanguage("en")).json().at("/errors/0");
        JsonNode chinese = wrong.apply(client.inLanguage("zh-CN")).json().at("/errors/0");
        for (JsonNode error : List.of(english, chinese)) {
            assertEquals(code, error.at("/extensions/code").asText(), error::toString);
            assertEquals(REQUEST_ID, error.at("/extensions/requestId").asText());
            assertTrue(error.at("/extensions/params").isObject(), error::toString);
        }
        assertTrue(chinese.get("message").asText().codePoints().anyMatch(Character::isIdeographic), chinese::toString);
        assertFalse(english.get("message").asText().codePoints().anyMatch(Character::isIdeographic), english::toString);
    }
}
