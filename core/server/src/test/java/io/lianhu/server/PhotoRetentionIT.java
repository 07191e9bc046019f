package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That nobody's photo outlasts its use, whatever the server was doing when it stopped. */
@DisplayName("Photos that no case has are removed, rows and bytes, and those of cases stay")
final class PhotoRetentionIT {
    private static final Duration LONG_AGO = Duration.ofDays(2);

    private static TestHost host;
    private static County county;

    @BeforeAll
    static void start() {
        host = TestHost.start(TestHost.Options.core().configured("lianhu.retention.every", "1s"));
        county = host.newCounty();
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static Path file(String photo) {
        return folder().resolve(GlobalId.decode(photo).orElseThrow().uuid().toString());
    }

    private static Path folder() {
        return host.filesFolder().resolve(county.code());
    }

    private static Path aged(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(LONG_AGO)));
    }

    private static int photos() throws SQLException {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from lianhu_core.photo where tenant_id = '" + county.code() + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    @DisplayName("Unclaimed ones go after a day, and so do files that never got a row or were never finished")
    void leftOvers() throws IOException, SQLException {
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String shown = resident.uploadPhoto(Photos.jpeg(16, 12));
        String id = Casework.report(resident, "转角处发现有垃圾", shown);
        String forgotten = resident.uploadPhoto(Photos.jpeg(16, 12));
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update lianhu_core.photo set created_at = created_at - interval '2 days'"
                    + " where tenant_id = '" + county.code() + "'");
        }
        String recent = resident.uploadPhoto(Photos.jpeg(16, 12));
        aged(file(shown));
        Path orphan = aged(Files.writeString(folder().resolve(UUID.randomUUID().toString()), "nobody's"));
        Path unfinished = aged(Files.writeString(folder().resolve(UUID.randomUUID() + ".part"), "half"));
        Path coming = Files.writeString(folder().resolve(UUID.randomUUID().toString()), "its row is about to come");

        Eventually.passes(() -> {
            for (Path gone : List.of(file(forgotten), orphan, unfinished)) {
                assertFalse(Files.exists(gone), gone::toString);
            }
        });
        Eventually.passes(() -> resident.expectError(
                ErrorType.INVALID_INPUT,
                "PHOTO_TAKEN",
                Casework.document("caseReport"),
                Casework.input(Casework.reportInput("太晚了", List.of(forgotten)))));
        assertEquals(2, photos());
        for (Path left : List.of(file(shown), file(recent), coming)) {
            assertTrue(Files.exists(left), left::toString);
        }
        String url = Casework.read(resident, id).at("/node/photos/0/url").asText();
        assertEquals(200, resident.download(url).status());
        assertEquals(List.of(), host.logged("Not everything outdated was removed"));
    }

    @Test
    @DisplayName("A file that was sent in to be imported goes after a day, and what waited for it is given up")
    void lists() throws SQLException {
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String file = cadre.send(
                        "POST",
                        "/transfers",
                        Map.of("Content-Type", "text/csv"),
                        "姓名,网格编码,住址\n".getBytes(StandardCharsets.UTF_8))
                .json()
                .get("id")
                .asText();
        String transfer = cadre.mutate(
                        "mutation ($input: ImportStartInput!) { importStart(input: $input) { transfer { id } } }",
                        Casework.input(Map.of("kind", "RESIDENTS", "fileId", file)))
                .at("/importStart/transfer/id")
                .asText();
        expect(cadre, transfer, "CHECKED");
        Path bytes = folder().resolve("transfers")
                .resolve(GlobalId.decode(file).orElseThrow().uuid().toString());
        assertTrue(Files.exists(bytes), bytes::toString);
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update lianhu_core.transfer_file set created_at = created_at - interval '2 days'"
                    + " where tenant_id = '" + county.code() + "'");
        }
        expect(cadre, transfer, "DISCARDED");
        assertFalse(Files.exists(bytes), bytes::toString);
    }

    private static void expect(GraphqlClient cadre, String transfer, String state) {
        Eventually.passes(() -> assertEquals(
                state,
                cadre.query("query ($id: ID!) { node(id: $id) { ... on Transfer { state } } }", Map.of("id", transfer))
                        .at("/node/state")
                        .asText()));
    }
}
