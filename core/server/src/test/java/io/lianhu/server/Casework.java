package io.lianhu.server;

import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The calls that take a case on its way. */
final class Casework {
    private static final String FIELDS =
            "id number state source version round stars urged assigneeName assigneeKind closingWords photos { id url stage width }"
                    + " history { action toState actorName note }";

    private Casework() {}

    /** The document of a mutation of a case, like {@code caseClose}. */
    static String document(String mutation) {
        String input = mutation.substring(0, 1).toUpperCase(Locale.ROOT) + mutation.substring(1) + "Input!";
        return "mutation ($input: " + input + ") { " + mutation + "(input: $input) { case { " + FIELDS + " } } }";
    }

    static Map<String, Object> input(Map<String, ?> input) {
        return Map.of("input", input);
    }

    /** The same input with one more key. */
    static Map<String, Object> with(Map<String, ?> input, String key, Object value) {
        Map<String, Object> more = new TreeMap<>(input);
        more.put(key, value);
        return more;
    }

    static Map<String, Object> reportInput(String description, List<String> photos) {
        return Map.of("classCode", "environment.garbage", "description", description, "photoIds", photos);
    }

    /** Reports a case; answers its id. */
    static String report(GraphqlClient resident, String description, String... photos) {
        return resident.mutate(document("caseReport"), input(reportInput(description, List.of(photos))))
                .at("/caseReport/case/id")
                .asText();
    }

    /** Takes the step; answers the case's state after it. */
    static String step(GraphqlClient actor, String mutation, Map<String, ?> input) {
        return actor.mutate(document(mutation), input(input))
                .at("/" + mutation + "/case/state")
                .asText();
    }

    static Map<String, Object> handling(String caseId, String... photos) {
        return Map.of("caseId", caseId, "note", "已安排保洁清理", "photoIds", List.of(photos));
    }

    /** Reports and handles a case; answers its id. */
    static String handled(GraphqlClient resident, GraphqlClient gridWorker) {
        String id = report(resident, "转角处发现有垃圾");
        step(gridWorker, "caseHandle", handling(id));
        return id;
    }

    /** Gives a person a post; answers its id. */
    static String appoint(County county, GraphqlClient person, String role, String divisionCode) {
        String post = county.administrator()
                .mutate(
                        "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id } } }",
                        input(Map.of(
                                "subject", person.subject(),
                                "holderName", person.name(),
                                "role", role,
                                "divisionId", county.divisionId(divisionCode))))
                .at("/postAppoint/post/id")
                .asText();
        person.renewToken();
        return post;
    }

    /** Reports a case of a class, at a place; answers its id. */
    static String report(County county, GraphqlClient resident, String classCode, String divisionCode) {
        return resident.mutate(
                        document("caseReport"),
                        input(Map.of(
                                "classCode",
                                classCode,
                                "description",
                                "请来看看",
                                "divisionId",
                                county.divisionId(divisionCode),
                                "photoIds",
                                List.of())))
                .at("/caseReport/case/id")
                .asText();
    }

    /** The id of the only post that somebody holds. */
    static String post(GraphqlClient holder) {
        return holder.query("{ viewer { posts { id } } }")
                .at("/viewer/posts/0/id")
                .asText();
    }

    static Answer read(GraphqlClient reader, String id) {
        return reader.query("query ($id: ID!) { node(id: $id) { ... on Case { " + FIELDS + " } } }", Map.of("id", id));
    }
}
