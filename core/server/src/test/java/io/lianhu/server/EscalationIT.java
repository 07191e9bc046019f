package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That who stands over a case is told when a stage of it is overdue; what is past is made past by dating it back. */
@DisplayName("An overdue stage goes up from the village to the county, each level told once, with its reason")
final class EscalationIT {
    private static final String HISTORY =
            "query ($id: ID!) { node(id: $id) { ... on Case { state history { action actorName note } } } }";
    private static final String INBOX = "{ messages(first: 100) { edges { node { kind title body about } } } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    static void sql(String... statements) {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static long number(String query) {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Says that a stage of the county's only case was over so many minutes ago, having had 40. */
    private static void overdue(County county, String stage, int minutes) {
        String due = "now() - interval '" + minutes + " minutes'";
        String column =
                stage + "_due_at = " + due + ", " + stage + "_approaching_at = " + due + " - interval '10 minutes'";
        sql("update lianhu_core.case_record set " + column + ", due_at = " + due + ", approaching_at = " + due
                + " - interval '10 minutes' where tenant_id = '" + county.code() + "'");
    }

    private static List<String> told(GraphqlClient person, String caseId) {
        List<String> titles = new ArrayList<>();
        person.query(INBOX).at("/messages/edges").forEach(edge -> {
            if (edge.at("/node/about").asText().equals(caseId)) {
                titles.add(edge.at("/node/title").asText() + "\n"
                        + edge.at("/node/body").asText());
            }
        });
        return titles;
    }

    private static List<String> supervised(GraphqlClient reader, String caseId) {
        List<String> notes = new ArrayList<>();
        JsonNode history = reader.query(HISTORY, Map.of("id", caseId)).at("/node/history");
        history.forEach(step -> {
            if (step.get("action").asText().equals("SUPERVISE")) {
                assertEquals("the platform", step.get("actorName").asText());
                notes.add(step.get("note").asText());
            }
        });
        return notes;
    }

    private static String report(County county) {
        return Casework.report(
                county, county.resident(county.groupCode(1, 1, 1)), "safety.hazard", county.gridCode(1, 1));
    }

    private static long rows(County county) {
        return number("select count(*) from lianhu_core.case_escalation where tenant_id = '" + county.code() + "'");
    }

    @Test
    @DisplayName(
            "The cadres when the time is over, the town's centre later, then the county's: each with a message, a reason and history")
    void levels() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient elsewhere = county.cadre(county.villageCode(2));
        GraphqlClient town = county.townCentre(county.townCode());
        GraphqlClient centre = county.countyCentre();
        String id = report(county);
        overdue(county, "respond", 1);
        Eventually.passes(() -> assertEquals(1, told(cadre, id).size()));
        String words = told(cadre, id).get(0);
        assertTrue(words.contains("limited to 10 minutes") && words.contains("overdue by 1 minutes"), words);
        assertEquals(1, supervised(cadre, id).size());
        assertTrue(supervised(cadre, id).get(0).endsWith("督办至村级。"));
        assertEquals(List.of(), told(town, id));

        overdue(county, "respond", 21);
        Eventually.passes(() -> assertEquals(1, told(town, id).size()));
        overdue(county, "respond", 41);
        Eventually.passes(() -> assertEquals(1, told(centre, id).size()));
        overdue(county, "respond", 400);
        Eventually.holds(
                "nothing is left to be looked at",
                () -> number("select count(*) from lianhu_core.case_watch where escalate_at <= now() and tenant_id = '"
                                + county.code() + "'")
                        == 0);
        assertEquals(
                List.of(1, 1, 1),
                List.of(
                        told(cadre, id).size(),
                        told(town, id).size(),
                        told(centre, id).size()));
        assertEquals(3, supervised(centre, id).size());
        assertEquals(List.of(), told(elsewhere, id));
        assertEquals(3, rows(county));

        overdue(county, "reply", 1);
        Eventually.passes(() -> assertEquals(2, told(cadre, id).size()));
        assertTrue(told(cadre, id).get(0).contains("Reply"));
    }

    @Test
    @DisplayName("Where nobody is in post the next level is told, and why; without any centre it is the administrator")
    void vacancies() {
        County county = host.newCounty();
        GraphqlClient town = county.townCentre(county.townCode());
        GraphqlClient administrator = county.administrator();
        county.gridWorker(county.gridCode(1, 1));
        String id = report(county);
        sql("update lianhu_core.post set until = now(), closed = true where role = 'VILLAGE_CADRE' and tenant_id = '"
                + county.code() + "'");
        overdue(county, "respond", 1);
        Eventually.passes(() -> assertEquals(1, told(town, id).size()));
        assertTrue(told(town, id).get(0).contains("Nobody is in post at the village"), () -> told(town, id)
                .toString());
        assertEquals(1, rows(county));
        overdue(county, "respond", 41);
        Eventually.passes(() -> assertEquals(1, told(administrator, id).size()));
        assertEquals(2, rows(county));
    }

    @Test
    @DisplayName("Who stands in for a post is told instead of its holder; what is with the cadres begins at the town")
    void standIns() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient colleague = county.cadre(county.villageCode(2));
        GraphqlClient town = county.townCentre(county.townCode());
        GraphqlClient gridWorker = county.gridWorker(county.gridCode(1, 1));
        String id = report(county);
        sql(
                "insert into lianhu_core.stand_in (tenant_id, id, post_id, subject, holder_name, since, until, closed, arranged_by, version)"
                        + " select tenant_id, uuidv7(), id, '" + colleague.subject()
                        + "', '代班', now() - interval '1 hour', now() + interval '1 hour', false, 'test', 0 from lianhu_core.post"
                        + " where tenant_id = '" + county.code() + "' and subject = '" + cadre.subject() + "'");
        overdue(county, "respond", 1);
        Eventually.passes(() -> assertEquals(1, told(colleague, id).size()));
        assertEquals(List.of(), told(cadre, id));

        Casework.step(gridWorker, "caseEscalate", Map.of("caseId", id, "reason", "我处理不了"));
        overdue(county, "resolve", 1);
        Eventually.passes(() -> assertEquals(1, told(town, id).size()));
        assertEquals(1, told(colleague, id).size());
    }

    @Test
    @DisplayName("What is met, given more time or done meanwhile is not escalated, whatever the look was for")
    void underTheLock() throws SQLException {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String id = report(county);
        String mine = " where tenant_id = '" + county.code() + "'";
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from lianhu_core.case_record" + mine + " for update");
            sql("update lianhu_core.case_watch set escalate_at = now() - interval '1 hour'" + mine);
            // somebody takes it up, late
            statement.execute(
                    "update lianhu_core.case_record set respond_met_at = now(), respond_due_at = now() - interval '1 hour',"
                            + " due_at = reply_due_at, approaching_at = reply_approaching_at" + mine);
            connection.commit();
        }
        Eventually.holds(
                "it is to be looked at when the next stage is over",
                () -> number(
                                "select count(*) from lianhu_core.case_watch w join lianhu_core.case_record c on c.id = w.case_id"
                                        + " and c.tenant_id = w.tenant_id and w.escalate_at = c.reply_due_at where c.tenant_id = '"
                                        + county.code() + "'")
                        == 1);
        sql("update lianhu_core.case_watch set escalate_at = now() - interval '1 hour'" + mine);
        Eventually.holds(
                "a look that finds nothing to do leaves nothing",
                () -> number("select count(*) from lianhu_core.case_watch where escalate_at > now() and tenant_id = '"
                                + county.code() + "'")
                        == 1);
        assertEquals(0, rows(county));
        assertEquals(List.of(), told(cadre, id));
        Casework.step(county.gridWorker(county.gridCode(1, 1)), "caseHandle", Casework.handling(id));
        assertEquals(0, number("select count(*) from lianhu_core.case_watch" + mine));
    }

    @Test
    @DisplayName("A case that cannot be escalated is put off and noted, and holds up no other")
    void poison() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String bad = report(county);
        String good = report(county);
        String worse = report(county);
        assertFalse(bad.equals(good) || good.equals(worse));
        String mine = " where tenant_id = '" + county.code() + "'";
        String numbers =
                " and number in (select number from lianhu_core.case_record" + mine + " order by id %s limit 1)";
        sql(
                "update lianhu_core.case_record set respond_unit = 'FORTNIGHT', respond_governing_unit = 'FORTNIGHT'"
                        + mine + String.format(numbers, ""),
                "update lianhu_core.case_record set respond_unit = 'FORTNIGHT', respond_governing_unit = 'FORTNIGHT'"
                        + mine + String.format(numbers, "desc"));
        overdue(county, "respond", 1);
        Eventually.passes(() -> assertEquals(1, told(cadre, good).size()));
        Eventually.holds(
                "both are put off",
                () -> number(
                                "select count(*) from lianhu_core.case_watch" + mine
                                        + " and attempts = 1 and failure like '%FORTNIGHT%' and escalate_at > now() + interval '50 seconds'")
                        == 2);
        assertEquals(1, rows(county));
        sql("update lianhu_core.case_record set respond_unit = 'MINUTE', respond_governing_unit = 'MINUTE'" + mine);
        overdue(county, "respond", 2);
        Eventually.passes(() -> assertEquals(1, told(cadre, bad).size()));
        assertEquals(1, told(cadre, worse).size());
        assertEquals(0, number("select count(*) from lianhu_core.case_watch" + mine + " and attempts > 0"));
    }
}
