package io.lianhu.server.escalation;

import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.Map;

/** What a county has said of how fast cases go up. */
record Rules(Rule usual, Map<String, Rule> ofClasses) {

    /** The latest for each class, and for all others. */
    static final String LATEST =
            "select distinct on (class_code) class_code, town_percent, county_percent, changed_by_name, changed_at"
                    + " from lianhu_core.escalation_rule order by class_code nulls first, id desc";

    static Uni<Rules> read() {
        return Statements.CORE.run(LATEST).map(rows -> {
            Rule usual = Rule.USUAL;
            Map<String, Rule> ofClasses = new HashMap<>();
            for (Row row : rows) {
                Rule rule = new Rule(row.getInteger(1), row.getInteger(2));
                if (row.getString(0) == null) {
                    usual = rule;
                } else {
                    ofClasses.put(row.getString(0), rule);
                }
            }
            return new Rules(usual, ofClasses);
        });
    }

    Rule of(String classCode) {
        return ofClasses.getOrDefault(classCode, usual);
    }
}
