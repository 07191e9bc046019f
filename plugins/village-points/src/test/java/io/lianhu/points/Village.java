package io.lianhu.points;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** A village of a county, with who works there, and what happens there again and again. */
record Village(County county, int number) {
    static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    static final String GARBAGE = "environment.garbage";

    static final String ROLL =
            "query ($village: ID!, $month: String!) { pointsRanking(villageId: $village, month: $month, first: 10) { rank points name } }";

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

    /** The honour roll of a month, as {@code "rank points"}. */
    List<String> roll(YearMonth month) {
        JsonNode rows = cadre().query(ROLL, Map.of("village", id(), "month", month.toString()))
                .at("/pointsRanking");
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.path("rank").asText() + " " + row.path("points").asText())
                .toList();
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

    /**
     * A case that was reported and closed before the village had any rule, so that nothing came of it yet; to be told of again by
     * {@link #tell}.
     */
    String closedCase(GraphqlClient resident) {
        String reported = report(resident, 0);
        handle(reported);
        close(reported);
        settled();
        return reported;
    }

    /** Has the handler told late that the case was closed at that moment, as when a replica stood still or a dead letter is replayed. */
    void tell(String caseId, Instant closedAt) {
        tell(caseId, "CaseClosed", "closedAt", "award-case-closed", closedAt);
    }

    /** The same of a rating. */
    void tellRating(String caseId, Instant ratedAt) {
        tell(caseId, "CaseRated", "ratedAt", "award-case-rated", ratedAt);
    }

    private void tell(String caseId, String event, String moment, String handler, Instant happened) {
        String theEvent = " where tenant_id = ? and type like '%%.%s' and aggregate = '%s'"
                .formatted(event, GlobalId.decode(caseId).orElseThrow().uuid());
        tamper("update lianhu_core.event set payload = jsonb_set(payload, '{%s}', to_jsonb('%s'::text))"
                        .formatted(moment, happened)
                + theEvent);
        tamper("insert into lianhu_core.event_delivery (tenant_id, event_id, position, aggregate, handler)"
                + " select tenant_id, id, position, aggregate, 'village-points/" + handler + "' from lianhu_core.event"
                + theEvent);
        settled();
    }

    /** Makes all rules of the village as old as this, as they are now. */
    void rulesSince(Instant when) {
        tamper("update plugin_village_points.points_rule set changed_at = '%s' where tenant_id = ?".formatted(when));
    }

    /** Waits, if midnight in China is about to come, until it is over: for what has to happen on one day. */
    static void clearOfMidnight() {
        Eventually.within(Duration.ofMinutes(2)).untilHolds("midnight in China is over", () -> LocalDate.now(CHINA)
                .equals(LocalDate.ofInstant(Instant.now().plusSeconds(60), CHINA)));
    }

    /** Changes rows of this county past the server; {@code ?} stands for its code. */
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
