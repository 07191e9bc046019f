package io.lianhu.server.escalation;

import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.Map;

/** What a county has said of how fast cases go up. */
record Rules(Rule usual, Map<String, Rule> ofClasses) {

    /** The latest for each class, and for all others. */
    static final String LATEST = "select distinct on (class_code) *"
            + " from lianhu_core.escalation_rule order by class_code nulls first, id desc";

    static Uni<Rules> read() {
        return Statements.CORE.run(LATEST).map(rows -> {
            Rule usual = Rule.USUAL;
            Map<String, Rule> ofClasses = new HashMap<>();
            for (Row row : rows) {
                Rule rule = new Rule(row.getInteger("town_percent"), row.getInteger("county_percent"));
                String classCode = row.getString("class_code");
                if (classCode == null) {
                    usual = rule;
                } else {
                    ofClasses.put(classCode, rule);
                }
            }
            return new Rules(usual, ofClasses);
        });
    }

    Rule of(String classCode) {
        return ofClasses.getOrDefault(classCode, usual);
    }
}
