package io.lianhu.server.persistence;

import io.lianhu.sdk.DivisionCode;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * "Where the code lies in one of these divisions", as a condition of a query: ranges under the C collation, since LIKE could not use an
 * index under row-level security.
 *
 * @param condition HQL; false for no divisions
 */
public record Scope(String condition, List<DivisionCode> divisions) {

    /** The condition on a property, like {@code r.divisionCode}. */
    public static Scope of(List<DivisionCode> divisions, String property) {
        if (divisions.isEmpty()) {
            return new Scope("1 = 0", divisions);
        }
        StringBuilder condition = new StringBuilder("(");
        for (int i = 0; i < divisions.size(); i++) {
            condition
                    .append(i == 0 ? "" : " or ")
                    .append(property + " >= :from" + i + " and " + property + " < :to" + i);
        }
        return new Scope(condition.append(')').toString(), divisions);
    }

    /** Sets the condition's parameters. */
    public void bind(Mutiny.SelectionQuery<?> query) {
        for (int i = 0; i < divisions.size(); i++) {
            query.setParameter("from" + i, divisions.get(i).value());
            query.setParameter("to" + i, divisions.get(i).end());
        }
    }
}
