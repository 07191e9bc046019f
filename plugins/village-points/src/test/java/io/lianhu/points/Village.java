package io.lianhu.points;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A village of a county, with who works there, and what happens there again and again. */
record Village(County county, int number) {
    static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    static final String GARBAGE = "environment.garbage";

    private static final byte[] PHOTO = Photos.jpeg(64, 48);

    String code() {
        return county.villageCode(number);
    }

    String id() {
        return county.divisionId(code());
    }

    GraphqlClient cadre() {
        return county.cadre(code());
    }

    GraphqlClient gridWorker() {
        return county.gridWorker(county.gridCode(number, 1));
    }

    /** A new resident of the first grid, head of a household of one. */
    GraphqlClient resident() {
        return county.resident(county.gridCode(number, 1));
    }

    /** A new resident of the first grid, who joins the household of another. */
    GraphqlClient memberOf(String household) {
        GraphqlClient person = county.stranger();
        String id = Step.REGISTER
                .by(
                        person,
                        Map.of(
                                "name",
                                person.name(),
                                "divisionId",
                                county.divisionId(county.gridCode(number, 1)),
                                "address",
                                "同一户",
                                "noticeVersion",
                                "1"))
                .id();
        Step.APPROVE.by(gridWorker(), Map.of("residentId", id, "householdId", household));
        person.renewToken();
        return person;
    }

    /** The id of the resident's record. */
    static String residentId(GraphqlClient resident) {
        return resident.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    static String householdId(GraphqlClient resident) {
        return resident.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
    }

    /** A rule of the village; answers its id. */
    String rule(String name, String trigger, int points, Map<String, ?> more) {
        Map<String, Object> input = new HashMap<>(more);
        input.putAll(Map.of("villageId", id(), "name", name, "trigger", trigger, "points", points));
        return Step.SAVE_RULE.by(cadre(), input).id();
    }

    /** Goods in the village's shop; answers their id. */
    String item(String name, int price, int stock) {
        return Step.SAVE_ITEM
                .by(cadre(), Map.of("villageId", id(), "name", name, "price", price, "stock", stock))
                .id();
    }

    /** The cadre gives the resident's household points; answers the transfer's id. */
    String award(GraphqlClient resident, int points) {
        return Step.AWARD
                .by(cadre(), Map.of("residentId", residentId(resident), "points", points, "reason", "参加义务劳动"))
                .id();
    }

    /** The resident reports garbage, with that many photos; answers the case's id. */
    String report(GraphqlClient resident, int photos) {
        return Step.REPORT
                .by(
                        resident,
                        Map.of(
                                "classCode",
                                GARBAGE,
                                "description",
                                "转角处发现有垃圾，请问能处理吗？",
                                "photoIds",
                                photosBy(resident, photos)))
                .id();
    }

    static List<String> photosBy(GraphqlClient person, int photos) {
        return IntStream.range(0, photos)
                .mapToObj(number -> person.uploadPhoto(PHOTO))
                .toList();
    }

    void handle(String caseId) {
        Step.HANDLE.by(gridWorker(), Map.of("caseId", caseId, "note", "已安排保洁清理", "photoIds", List.of()));
    }

    void close(String caseId) {
        Step.CLOSE.by(cadre(), Map.of("caseId", caseId, "note", "已核查"));
    }

    /** The household's account; a null node as long as there is none. */
    static JsonNode account(GraphqlClient resident) {
        return account(resident, "HOUSEHOLD");
    }

    static JsonNode account(GraphqlClient resident, String kind) {
        return resident.query(
                        "query ($kind: PointsOwnerKind!) { pointsMyAccount(kind: $kind) { id kind balance held available receivable"
                                + " statement(first: 100) { edges { node { kind points balanceAfter reason transfer { id } } } } } }",
                        Map.of("kind", kind))
                .at("/pointsMyAccount");
    }

    /** As {@code pointsRanking} takes it. */
    static String thisMonth() {
        return YearMonth.now(CHINA).toString();
    }

    static int balance(GraphqlClient resident) {
        return account(resident).path("balance").asInt();
    }

    int stock(String item) {
        Answer answer =
                cadre().query("query ($id: ID!) { node(id: $id) { ... on PointsItem { stock } } }", Map.of("id", item));
        return answer.at("/node/stock").asInt();
    }

    /** Waits until every event of the county has been handled; what should have come of them has come then. */
    void settled() {
        Eventually.holds(
                "every event of " + county.code() + " is handled",
                () -> rows("select count(*) from lianhu_core.event_delivery where tenant_id = ?") == 0);
    }

    /** The single number that the superuser is answered, who sees all counties; the statement asks for this county's. */
    long rows(String sql) {
        try (Connection superuser = county.host().superuser();
                PreparedStatement statement = superuser.prepareStatement(sql)) {
            statement.setString(1, county.code());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Moves the transfers of that many points to another time, as no client can. */
    void postedAt(int points, OffsetDateTime when) {
        tamper("update plugin_village_points.points_transfer set posted_at = '" + when
                + "' where tenant_id = ? and amount = " + points);
    }

    /** Changes rows of this county past the server. */
    void tamper(String sql) {
        try (Connection superuser = county.host().superuser();
                PreparedStatement statement = superuser.prepareStatement(sql)) {
            statement.setString(1, county.code());
            statement.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Has the ledger prove itself, and asks the database whether that is true. */
    void ledgerIsSound() {
        JsonNode proof = county.administrator()
                .query("{ pointsLedgerCheck { sound totalBalance faults { account purpose balance explainedBalance held"
                        + " explainedHeld postings explainedPostings } } }")
                .at("/pointsLedgerCheck");
        if (!proof.path("sound").asBoolean()) {
            throw new AssertionError("The ledger is not sound: " + proof);
        }
        long sum =
                rows("select coalesce(sum(balance), 0) from plugin_village_points.points_account where tenant_id = ?");
        long overdrawn = rows("select count(*) from plugin_village_points.points_account where tenant_id = ?"
                + " and purpose = 'SPENDABLE' and (balance < 0 or balance < held)");
        if (sum != 0 || overdrawn != 0) {
            throw new AssertionError("All balances add up to " + sum + ", and " + overdrawn + " are overdrawn");
        }
    }
}
