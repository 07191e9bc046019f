package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The exchange of a county's key, whatever interrupts it. */
@DisplayName("A county's key is exchanged while it is served, and an interruption loses nothing")
final class VaultRotationIT {
    private static final String ROTATE =
            "mutation ($input: VaultRotateInput!) { vaultRotate(input: $input) { key { id number remaining } } }";
    private static final String TELEPHONES = "{ residents(first: 100) { edges { node { id telephone } } } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = TestHost.start(TestHost.Options.core().configured("lianhu.vault.every", "0.2s"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static Map<String, Object> why(String reason) {
        return Casework.input(Map.of("reason", reason));
    }

    private static List<String> telephones(County county) {
        List<String> told = new ArrayList<>();
        for (JsonNode edge : county.administrator().query(TELEPHONES).at("/residents/edges")) {
            told.add(edge.at("/node/telephone").asText());
        }
        return told;
    }

    /** How many telephones are sealed with the key of that number. */
    private static int sealedBy(County county, int number) {
        return Integer.parseInt(one("select count(*) from lianhu_core.resident where tenant_id = '" + county.code()
                + "' and get_byte(telephone, 2) = " + number));
    }

    private static String one(String sql) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @DisplayName("Rows that were sealed before are sealed anew, also after the server was killed in the middle of it")
    void interrupted() throws SQLException {
        County county = host.newCounty();
        County other = host.newCounty();
        other.resident(other.groupCode(1, 1, 1));
        for (int i = 0; i < 6; i++) {
            county.resident(county.groupCode(1, 1, 1));
        }
        List<String> before = telephones(county);
        assertEquals(6, before.size());
        String digests = "select string_agg(encode(telephone_digest, 'hex'), ',' order by id) from lianhu_core.resident"
                + " where tenant_id = '" + county.code() + "'";
        String digestsBefore = one(digests);

        try (Connection holder = host.superuser();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select 1 from lianhu_core.resident where tenant_id = '" + county.code()
                    + "' order by id desc limit 2 for update");
            JsonNode key = county.administrator().mutate(ROTATE, why("年度更换")).at("/vaultRotate/key");
            assertEquals(2, key.get("number").asInt());
            Eventually.passes(() -> assertEquals(4, sealedBy(county, 2)));
            assertEquals(before, telephones(county), "both keys open");
            county.administrator().expectError(ErrorType.PRECONDITION, "VAULT_ROTATING", ROTATE, why("太快了"));
            host.kill();
            holder.rollback();
        }
        assertEquals(2, sealedBy(county, 1));
        host.restart();

        Eventually.passes(() -> assertEquals(6, sealedBy(county, 2)));
        assertEquals(before, telephones(county));
        assertTrue(one(digests).length() == digestsBefore.length()
                && !one(digests).contains(digestsBefore.substring(0, 64)));
        assertEquals(1, sealedBy(other, 1), "another county's key is another matter");

        GraphqlClient late = county.resident(county.groupCode(1, 1, 1));
        assertEquals(7, sealedBy(county, 2), "the restarted server seals with the new key");
        assertTrue(late.telephone().endsWith(telephones(county).get(0).substring(7)), "newest first");
        county.administrator().expectError(ErrorType.PRECONDITION, "VAULT_ROTATING", ROTATE, why("太快了"));
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update lianhu_core.vault_key set made_at = made_at - interval '3 minutes'");
        }
        Eventually.holds(
                "every replica has had the time to learn of the key",
                () -> one("select bool_and(swept_at is not null)::text from lianhu_core.vault_key where tenant_id = '"
                                + county.code() + "'")
                        .equals("true"));
        assertEquals(
                3,
                county.administrator()
                        .mutate(ROTATE, why("再次更换"))
                        .at("/vaultRotate/key/number")
                        .asInt());
        Eventually.passes(() -> assertEquals(7, sealedBy(county, 3)));
    }

    @Test
    @DisplayName("Only the administrator exchanges the key, and says why")
    void refused() {
        County county = host.newCounty();
        county.administrator().expectError(ErrorType.INVALID_INPUT, ROTATE, why(" "));
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, ROTATE, why("年度更换"));
        county.gridWorker(county.gridCode(1, 1))
                .expectError(ErrorType.FORBIDDEN, "{ vaultKeys(first: 1) { edges { node { number } } } }", Map.of());
    }
}
