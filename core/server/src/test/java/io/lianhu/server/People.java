package io.lianhu.server;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/** The calls by which people come into a county's register. */
final class People {

    private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};

    private static final String FIELDS =
            "id name state telephone idNumber residence sex birthDate relation actedByName actedAs mergedInto { id }"
                    + " address household { id headName } division { code }";

    private People() {}

    /** A mutation of a resident, like {@code residentRecord}. */
    static String document(String mutation) {
        String input = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        return "mutation ($input: " + input + ") { " + mutation + "(input: $input) { resident { " + FIELDS + " } } }";
    }

    /** A sound ID number of somebody born that day; an odd order is a man's. */
    static String idNumber(LocalDate born, int order) {
        String body = "520115" + DateTimeFormatter.BASIC_ISO_DATE.format(born) + String.format("%03d", order);
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += (body.charAt(i) - '0') * WEIGHTS[i];
        }
        return body + "10X98765432".charAt(sum % 11);
    }

    /** What is said of somebody at home in a grid or group, with more keys and values. */
    static Map<String, Object> said(County county, String home, String name, Object... more) {
        Map<String, Object> input = new HashMap<>(
                Map.of("name", name, "divisionId", county.divisionId(home), "address", "高寨村12号", "noticeVersion", "1"));
        for (int i = 0; i < more.length; i += 2) {
            input.put(String.valueOf(more[i]), more[i + 1]);
        }
        return input;
    }

    /** Records a person by a post; answers the id. */
    static String record(GraphqlClient worker, Map<String, Object> said) {
        return worker.mutate(document("residentRecord"), Casework.input(said))
                .at("/residentRecord/resident/id")
                .asText();
    }
}
