package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A person's copy tells of the points")
final class CopyIT {

    @Test
    @DisplayName("The own account, what was earned and what was redeemed are in it, and nobody else's")
    void told() throws IOException {
        Village village =
                new Village(TestHost.shared(TestHost.Options.withBuiltPlugin()).newCounty("village-points"), 1);
        GraphqlClient resident = village.resident();
        GraphqlClient other = village.resident();
        village.rule("庭院整洁", "MANUAL", 10, Map.of());
        village.award(resident, 31);
        village.award(other, 47);
        Step.REDEEM.by(resident, Map.of("itemId", village.item("洗衣粉", 15, 10), "quantity", 1));

        String transfer = resident.mutate("mutation { personalDataExport(input: {}) { transfer { id } } }", Map.of())
                .at("/personalDataExport/transfer/id")
                .asText();
        String read = "query ($id: ID!) { node(id: $id) { ... on Transfer { state fileUrl } } }";
        Eventually.within(Duration.ofSeconds(30))
                .untilPasses(() -> assertEquals(
                        "DONE",
                        resident.query(read, Map.of("id", transfer))
                                .at("/node/state")
                                .asText()));
        Reply reply = resident.download(
                resident.query(read, Map.of("id", transfer)).at("/node/fileUrl").asText());
        Map<String, JsonNode> sections = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(reply.body()))) {
            assertEquals("data.json", zip.getNextEntry().getName());
            new ObjectMapper()
                    .readTree(zip.readAllBytes())
                    .get("sections")
                    .forEach(section -> sections.put(section.get("name").asText(), section.get("rows")));
        }
        assertEquals("31", sections.get("points_transfer").get(0).get("amount").asText());
        assertEquals(1, sections.get("points_transfer").size());
        assertEquals(
                "洗衣粉", sections.get("points_redemption").get(0).get("itemName").asText());
        assertTrue(sections.get("points_account").size() >= 1);
    }
}
