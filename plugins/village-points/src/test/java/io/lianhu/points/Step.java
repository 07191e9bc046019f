package io.lianhu.points;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.GraphqlClient;
import java.util.Map;

/** The mutations of which the story is made, each asking for what tests look at. */
enum Step {
    REGISTER("residentRegister", "resident", "id state"),
    APPROVE("residentApprove", "resident", "id state household { id headName }"),
    REPORT("caseReport", "case", "id state number assigneeName photos { id url stage }"),
    HANDLE("caseHandle", "case", "id state photos { id url stage }"),
    CLOSE("caseClose", "case", "id state round closedAt"),
    RATE("caseRate", "case", "id state stars"),
    REOPEN("caseReopen", "case", "id state round"),
    SAVE_RULE("pointsRuleSave", "rule", "id name points active"),
    RETIRE_RULE("pointsRuleRetire", "rule", "id active"),
    SAVE_ITEM("pointsItemSave", "item", "id name price stock active"),
    AWARD("pointsAward", "transfer", "id points kind reason"),
    REVERSE("pointsReverse", "transfer", "id points reversedAt reversalReason"),
    REDEEM("pointsRedeem", "redemption", "id state points quantity pickupCode"),
    HAND_OVER("pointsRedemptionHandOver", "redemption", "id state pickupCode"),
    CANCEL("pointsRedemptionCancel", "redemption", "id state pickupCode");

    private final String payload;
    private final String document;

    Step(String field, String payload, String selection) {
        this.payload = payload;
        this.document = "mutation ($input: %s%sInput!) { %s(input: $input) { %s { %s } } }"
                .formatted(Character.toUpperCase(field.charAt(0)), field.substring(1), field, payload, selection);
    }

    /** Takes the step, which has to succeed. */
    Done by(GraphqlClient person, Map<String, ?> input) {
        return new Done(ask(person, input).succeeded(), payload);
    }

    /** Tries the step, and judges nothing. */
    Answer ask(GraphqlClient person, Map<String, ?> input) {
        return person.ask(document, Map.of("input", input));
    }

    /** What an answer without errors says was done. */
    Done done(Answer succeeded) {
        return new Done(succeeded, payload);
    }

    /** Tries the step, which has to be refused like this. */
    ApiError refused(ErrorCode code, GraphqlClient person, Map<String, ?> input) {
        return person.expectError(code.type(), code.name(), document, Map.of("input", input));
    }

    ApiError forbidden(GraphqlClient person, Map<String, ?> input) {
        return refused(ApiException.Common.FORBIDDEN, person, input);
    }

    ApiError notFound(GraphqlClient person, Map<String, ?> input) {
        return refused(ApiException.Common.NOT_FOUND, person, input);
    }

    /** Refused because of the value of that field of the input. */
    ApiError invalid(String field, GraphqlClient person, Map<String, ?> input) {
        ApiError error = refused(ApiException.Common.INVALID_INPUT, person, input);
        if (!error.params().path("field").asText().equals(field)) {
            throw new AssertionError("Not " + field + " is invalid, but " + error);
        }
        return error;
    }

    /** What a step led to. */
    record Done(Answer answer, String payload) {
        String id() {
            return text("id");
        }

        String text(String field) {
            return answer.data()
                    .elements()
                    .next()
                    .at("/" + payload + "/" + field)
                    .asText();
        }

        int number(String field) {
            return answer.data()
                    .elements()
                    .next()
                    .at("/" + payload + "/" + field)
                    .asInt();
        }
    }
}
