package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A person is given a copy of all that a county holds on the person")
final class PersonalDataIT {
    private static final String EXPORT =
            "mutation ($input: PersonalDataExportInput!) { personalDataExport(input: $input) { transfer { id } } }";
    private static final String TRANSFER =
            "query ($id: ID!) { node(id: $id) { ... on Transfer { state failure fileUrl } } }";

    private static String residentId(GraphqlClient person) {
        return person.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    private static String begun(GraphqlClient person, Map<String, Object> input) {
        return person.mutate(EXPORT, Casework.input(input))
                .at("/personalDataExport/transfer/id")
                .asText();
    }

    private static String url(GraphqlClient person, String transfer) {
        Eventually.within(Duration.ofSeconds(30))
                .untilPasses(() -> assertEquals(
                        "DONE",
                        person.query(TRANSFER, Map.of("id", transfer))
                                .at("/node/state")
                                .asText()));
        return person.query(TRANSFER, Map.of("id", transfer))
                .at("/node/fileUrl")
                .asText();
    }

    private static Map<String, byte[]> archive(Reply reply) {
        assertEquals(200, reply.status(), reply::text);
        Map<String, byte[]> files = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(reply.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return files;
    }

    private static JsonNode data(Map<String, byte[]> archive) {
        try {
            return new ObjectMapper().readTree(archive.get("data.json"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static JsonNode section(JsonNode data, String name) {
        for (JsonNode section : data.get("sections")) {
            if (section.get("name").asText().equals(name)) {
                return section.get("rows");
            }
        }
        throw new AssertionError("no section " + name + " in " + data);
    }

    @Test
    @DisplayName(
            "The copy has the registration clear, the cases with their photos, and of others as much as the person could see")
    void own() {
        County county = OneHost.get().newCounty();
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient other = county.resident(county.groupCode(1, 1, 1));
        String id = residentId(person);
        String number = People.idNumber(LocalDate.of(1970, 1, 2), 21);
        worker.mutate(People.document("residentUpdate"), Casework.input(Map.of("residentId", id, "idNumber", number)));
        byte[] photo = Photos.jpeg(16, 16);
        person.mutate(
                Casework.document("caseReport"),
                Casework.input(Map.of(
                        "classCode",
                        "environment.garbage",
                        "description",
                        "门口有垃圾",
                        "photoIds",
                        List.of(person.uploadPhoto(photo)))));
        Casework.report(other, "别人的事");

        String transfer = begun(person, Map.of());
        String url = url(person, transfer);
        Map<String, byte[]> archive = archive(person.download(url));
        JsonNode data = data(archive);
        JsonNode registration = section(data, "resident").get(0);
        assertEquals(person.telephone(), registration.get("telephone").asText());
        assertEquals(number, registration.get("id_number").asText());
        assertEquals(1, section(data, "case_record").size());
        assertEquals(
                "门口有垃圾", section(data, "case_record").get(0).get("description").asText());
        assertTrue(section(data, "case_step").size() >= 1);
        String file = section(data, "photo").get(0).get("file").asText();
        assertNotNull(archive.get(file), archive.keySet()::toString);
        assertFalse(data.toString().contains("别人的事"));
        assertFalse(data.toString().contains(other.telephone()));
        assertTrue(section(data, "audit_about_you").size() >= 1);
        assertEquals(404, other.download(url).status(), "it is nobody else's");
        assertEquals(404, county.administrator().download(url).status());

        List<String> told = county.administrator()
                .query(
                        "{ auditEntries(first: 100, action: \"Transfer.download\") { edges { node { subject outcome } } } }")
                .at("/auditEntries/edges")
                .findValuesAsText("outcome");
        assertEquals(1, told.stream().filter("DONE"::equals).count());
        assertEquals(2, told.stream().filter("REFUSED"::equals).count(), told.toString());
    }

    @Test
    @DisplayName("The administrator has one made for a reason, masked, and the person is told; nobody else may")
    void onRequest() {
        County county = OneHost.get().newCounty();
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        String id = residentId(person);
        GraphqlClient administrator = county.administrator();
        administrator.expectError(ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("residentId", id)));
        administrator.expectError(
                ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("residentId", id, "reason", " ")));
        county.cadre(county.villageCode(1))
                .expectError(
                        ErrorType.FORBIDDEN, EXPORT, Casework.input(Map.of("residentId", id, "reason", "本人来村委会申请")));
        County other = OneHost.get().newCounty();
        Map<String, Object> foreign = Casework.input(
                Map.of("residentId", residentId(other.resident(other.groupCode(1, 1, 1))), "reason", "本人申请"));
        administrator.expectError(ErrorType.NOT_FOUND, EXPORT, foreign);

        String transfer = begun(administrator, Map.of("residentId", id, "reason", "本人到窗口书面申请"));
        JsonNode data = data(archive(administrator.download(url(administrator, transfer))));
        assertTrue(data.get("masked").asBoolean());
        assertFalse(data.toString().contains(person.telephone()));
        assertEquals("****", section(data, "resident").get(0).get("address").asText());
        assertEquals(
                "本人到窗口书面申请",
                person.query("{ viewerAuditEntries(first: 10) { edges { node { action reason } } } }")
                        .at("/viewerAuditEntries/edges/0/node/reason")
                        .asText());
        assertTrue(person.query("{ messages(first: 5) { edges { node { body } } } }")
                .data()
                .toString()
                .contains("本人到窗口书面申请"));
    }

    @Test
    @DisplayName("Who registered an elder of the household who has no login has the elder's copy made")
    void representative() {
        County county = OneHost.get().newCounty();
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient daughter = county.resident(county.groupCode(1, 1, 1));
        String household = daughter.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        String elder = People.record(
                daughter,
                People.said(
                        county,
                        county.groupCode(1, 1, 1),
                        "罗奶奶",
                        "householdId",
                        household,
                        "telephone",
                        "13900001111"));
        worker.mutate(People.document("residentApprove"), Casework.input(Map.of("residentId", elder)));
        daughter.expectError(ErrorType.INVALID_INPUT, EXPORT, Casework.input(Map.of("residentId", elder)));
        String transfer = begun(daughter, Map.of("residentId", elder, "reason", "老人委托"));
        JsonNode data = data(archive(daughter.download(url(daughter, transfer))));
        assertEquals("罗奶奶", section(data, "resident").get(0).get("name").asText());
        assertEquals(
                "13900001111", section(data, "resident").get(0).get("telephone").asText());
    }
}
