package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement on a person: {@code {ids}}, {@code {subject}}, {@code {household}} and others by name. */
final class PersonSql {

    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)}");

    private final String text;
    private final Map<String, String> types =
            new HashMap<>(Map.of("ids", "uuid[]", "subject", "text", "household", "uuid"));
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private PersonSql(String text) {
        this.text = text;
    }

    static PersonSql of(String text) {
        return new PersonSql(text);
    }

    PersonSql with(String name, String type, @Nullable Object value) {
        types.put(name, type);
        values.put(name, value);
        return this;
    }

    /** Runs it in the running operation. */
    Uni<RowSet<Row>> run(PersonalData.Person person) {
        values.put("ids", person.records().toArray(UUID[]::new));
        values.put("subject", person.subject().orElse(null));
        values.put("household", person.household().orElse(null));
        List<@Nullable Object> parameters = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        Matcher names = NAME.matcher(text);
        StringBuilder sql = new StringBuilder();
        while (names.find()) {
            String name = names.group(1);
            Integer place = places.get(name);
            if (place == null) {
                parameters.add(values.get(name));
                place = parameters.size();
                places.put(name, place);
            }
            names.appendReplacement(sql, "\\$" + place + "::" + types.get(name));
        }
        return Statements.CORE.run(names.appendTail(sql).toString(), parameters.toArray());
    }
}
