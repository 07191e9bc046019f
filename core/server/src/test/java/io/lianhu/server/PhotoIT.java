package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens to photos between the telephone and the case. */
@DisplayName("Photos are taken in, kept and given out with measure")
final class PhotoIT {
    private static final byte[] SMALL = Photos.jpeg(16, 12);

    private static TestHost host;
    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;

    private final Map<Socket, String> answered = new HashMap<>();

    @BeforeAll
    static void start() {
        host = OneHost.get();
        county = host.newCounty();
        resident = county.resident(county.groupCode(1, 1, 1));
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
    }

    private static Reply upload(GraphqlClient person) {
        return person.send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), SMALL);
    }

    private static String code(Reply reply) {
        return reply.json().at("/errors/0/extensions/code").asText();
    }

    @Test
    @DisplayName("Photos stand in the order of the steps that brought them, however often a case was handled")
    void orderOfSteps() {
        String reported = resident.uploadPhoto(SMALL);
        String id = Casework.report(resident, "转角处发现有垃圾", reported);
        List<String> expected = new ArrayList<>(List.of(reported));
        for (int i = 0; i < 3; i++) {
            // the later upload first: within a step it is the order of the list that counts
            String second = gridWorker.uploadPhoto(SMALL);
            String first = gridWorker.uploadPhoto(SMALL);
            Casework.step(gridWorker, "caseHandle", Casework.handling(id, first, second));
            Casework.step(cadre, "caseSendBack", Map.of("caseId", id, "reason", "还没清理干净"));
            expected.addAll(List.of(first, second));
        }
        JsonNode photos = Casework.read(cadre, id).at("/node/photos");
        assertEquals(
                expected,
                StreamSupport.stream(photos.spliterator(), false)
                        .map(photo -> photo.get("id").asText())
                        .toList());
        assertEquals("REPORT", photos.at("/0/stage").asText());
        assertEquals("HANDLING", photos.at("/1/stage").asText());
    }

    @Test
    @DisplayName("A part of a photo is served where one is asked for")
    void ranges() {
        String id = Casework.report(resident, "转角处发现有垃圾", resident.uploadPhoto(SMALL));
        String url = Casework.read(resident, id).at("/node/photos/0/url").asText();
        byte[] whole = resident.download(url).body();

        Reply part = resident.send("GET", url, Map.of("Range", "bytes=10-19"), null);
        assertEquals(206, part.status());
        assertEquals("bytes 10-19/" + whole.length, part.header("Content-Range").orElse(""));
        assertArrayEquals(Arrays.copyOfRange(whole, 10, 20), part.body());

        Reply beyond = resident.send("GET", url, Map.of("Range", "bytes=" + whole.length + "-"), null);
        assertEquals(416, beyond.status());
        assertEquals("bytes */" + whole.length, beyond.header("Content-Range").orElse(""));
    }

    @Test
    @DisplayName("That a photo's bytes are missing is nothing for a browser to keep")
    void missingBytes() throws IOException {
        String photo = resident.uploadPhoto(SMALL);
        Files.delete(host.filesFolder()
                .resolve(county.code())
                .resolve(GlobalId.decode(photo).orElseThrow().uuid().toString()));
        Reply reply = resident.download("/photos/" + photo);
        assertEquals(500, reply.status());
        assertEquals("INTERNAL", code(reply));
        assertFalse(reply.header("Cache-Control").orElse("").contains("immutable"));
    }

    @Test
    @DisplayName("Who has 36 photos waiting is told to submit them, before another is looked at")
    void unclaimedPhotos() {
        GraphqlClient eager = county.resident(county.groupCode(1, 1, 1));
        List<String> photos = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            photos.add(eager.uploadPhoto(SMALL));
        }
        Reply refused = upload(eager);
        assertEquals(412, refused.status());
        assertEquals("PHOTO_UNCLAIMED_TOO_MANY", code(refused));
        Reply unread = eager.send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), new byte[4 * 1024 * 1024]);
        assertEquals("PHOTO_UNCLAIMED_TOO_MANY", code(unread));

        Casework.report(eager, "转角处发现有垃圾", photos.get(0));
        assertEquals(201, upload(eager).status());
    }

    @Test
    @DisplayName("Of more than 8 uploads at a time the last are sent away, until there is room again")
    void uploadsAtATime() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 9; i++) {
                Socket socket = new Socket("127.0.0.1", host.first().port());
                slow.add(socket);
                socket.getOutputStream()
                        .write(("POST /photos HTTP/1.1\r\nHost: " + county.hostName() + "\r\nAuthorization: Bearer "
                                        + resident.token()
                                        + "\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            // the one that is sent away tells that all the others are in
            Eventually.passes(() -> assertEquals(1, answers(slow).size()));
            assertTrue(answers(slow).get(0).startsWith("HTTP/1.1 503"), () -> answers(slow)
                    .toString());
            Reply tenth = noPhoto(resident);
            assertEquals(503, tenth.status());
            assertEquals("UNAVAILABLE", code(tenth));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        Eventually.passes(() -> assertEquals("PHOTO_NOT_AN_IMAGE", code(noPhoto(resident))));
    }

    private static Reply noPhoto(GraphqlClient person) {
        return person.send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), new byte[100]);
    }

    /** What was answered by now. */
    private List<String> answers(List<Socket> sockets) {
        for (Socket socket : sockets) {
            try {
                int length = socket.getInputStream().available();
                if (length > 0) {
                    answered.put(
                            socket, new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return List.copyOf(answered.values());
    }
}
