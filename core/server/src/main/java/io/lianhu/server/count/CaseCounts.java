package io.lianhu.server.count;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the counts: totals, and what was not added to them yet. */
@Singleton
class CaseCounts {

    private static final int MOST = 2_000;
    private static final int MOST_FAULTS = 100;

    /** What is counted; its counts' names begin with its own. */
    enum Measure {
        STATE,
        STEP,
        STARS,
        /** How the clocks of open cases stand, as of the last look at the time. */
        CLOCK,
        /** Which clocks were met, in time or late. */
        MET;

        boolean hasDays() {
            return this == STEP || this == MET;
        }

        String prefix() {
            return name().toLowerCase(Locale.ROOT) + ':';
        }

        /** The end, exclusive, of such names under the C collation. */
        String end() {
            return name().toLowerCase(Locale.ROOT) + ';';
        }
    }

    /** By what counts are told apart; the order is that of the answer. */
    enum By {
        TOWN("left(c.division_code, 9)"),
        VILLAGE("left(c.division_code, 12)"),
        CLASS("c.class_code"),
        DAY("c.day");

        private final String column;

        By(String column) {
            this.column = column;
        }
    }

    /** What is asked for. */
    record Question(
            Measure measure, Set<By> by, Optional<String> classCode, Optional<LocalDate> from, Optional<LocalDate> to) {
        Question {
            by = by.isEmpty() ? EnumSet.noneOf(By.class) : EnumSet.copyOf(by);
            boolean days = by.contains(By.DAY) || from.isPresent() || to.isPresent();
            if (!measure.hasDays() && days) {
                throw ApiException.invalid("measure"); // what is now has no day
            }
            if (by.contains(By.TOWN) && by.contains(By.VILLAGE)) {
                throw ApiException.invalid("by"); // a village tells its town
            }
        }
    }

    /** One count; what was not asked for is null. */
    public record Count(
            @Nullable String state,
            @Nullable String action,
            @Nullable Integer stars,
            @Nullable String clockState,
            @Nullable String stage,
            @Nullable Boolean inTime,
            @Nullable String divisionCode,
            @Nullable String classCode,
            @Nullable LocalDate day,
            long amount) {}

    /** A count that is wrong. */
    public record Fault(
            String measure,
            String divisionCode,
            String classCode,
            @Nullable LocalDate day,
            long counted,
            long actual) {}

    /** The counts within each of the divisions, none below a village; one statement for all. */
    Uni<Map<DivisionCode, List<Count>>> of(List<DivisionCode> divisions, Question question) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(divisions.stream().map(DivisionCode::value).toArray(String[]::new));
        parameters.add(divisions.stream().map(DivisionCode::end).toArray(String[]::new));
        parameters.add(question.measure().prefix());
        parameters.add(question.measure().end());
        StringBuilder where = new StringBuilder(" where c.measure >= $3 and c.measure < $4");
        question.classCode().ifPresent(code -> {
            parameters.add(code);
            where.append(" and c.class_code = $").append(parameters.size());
        });
        question.from().ifPresent(day -> {
            parameters.add(day);
            where.append(" and c.day >= $").append(parameters.size());
        });
        question.to().ifPresent(day -> {
            parameters.add(day);
            where.append(" and c.day <= $").append(parameters.size());
        });
        StringBuilder columns = new StringBuilder("d.code as source, c.measure");
        question.by()
                .forEach(by ->
                        columns.append(", ").append(by.column).append(" as ").append(by.name()));
        String places = placesUpTo(2 + question.by().size());
        String sql = "select " + columns + ", sum(c.amount)::bigint as amount"
                + " from unnest($1::text[], $2::text[]) as d (code, ends) cross join lateral ("
                + " select * from lianhu_core.count_total t where t.division_code >= d.code and t.division_code < d.ends"
                + " union all"
                + " select tenant_id, measure, division_code, class_code, day, amount from lianhu_core.count_change t"
                + " where t.division_code >= d.code and t.division_code < d.ends) c" + where + " group by " + places
                + " having sum(c.amount) <> 0 order by " + places + " limit " + (MOST + 1);
        return Statements.CORE.run(sql, parameters.toArray()).map(rows -> {
            if (rows.size() > MOST) {
                throw ApiException.invalid("by");
            }
            Map<DivisionCode, List<Count>> counts = new HashMap<>();
            divisions.forEach(division -> counts.put(division, new ArrayList<>()));
            for (Row row : rows) {
                List<Count> own = counts.get(new DivisionCode(row.getString("source")));
                if (own != null) {
                    own.add(count(row, question));
                }
            }
            return counts;
        });
    }

    private static String placesUpTo(int last) {
        StringBuilder places = new StringBuilder("1");
        for (int place = 2; place <= last; place++) {
            places.append(", ").append(place);
        }
        return places.toString();
    }

    private static Count count(Row row, Question question) {
        Measure measure = question.measure();
        String value = row.getString("measure").substring(measure.prefix().length());
        Set<By> by = question.by();
        String division = by.contains(By.TOWN)
                ? row.getString("town")
                : by.contains(By.VILLAGE) ? row.getString("village") : null;
        return new Count(
                measure == Measure.STATE ? value : null,
                measure == Measure.STEP ? value : null,
                measure == Measure.STARS ? Integer.valueOf(value) : null,
                measure == Measure.CLOCK ? value : null,
                measure == Measure.MET ? value.substring(0, value.indexOf(':')) : null,
                measure == Measure.MET ? value.endsWith(":IN_TIME") : null,
                division,
                by.contains(By.CLASS) ? row.getString("class") : null,
                by.contains(By.DAY) ? row.getLocalDate("day") : null,
                row.getLong("amount"));
    }

    /** Counts that differ from what the cases say; looks through all cases of the county. */
    Uni<List<Fault>> faults() {
        return Statements.CORE
                .run("with counted as (select measure, division_code, class_code, day, sum(amount) as amount from ("
                        + "select measure, division_code, class_code, day, amount from lianhu_core.count_total union all"
                        + " select measure, division_code, class_code, day, amount from lianhu_core.count_change) c"
                        + " group by 1, 2, 3, 4), actual as ("
                        + " select m as measure, left(c.division_code, 12) as division_code, c.class_code, null::date as day,"
                        + " count(*) as amount from lianhu_core.case_record c, lianhu_core.case_measures(c.state, c.stars) m"
                        + " group by 1, 2, 3 union all"
                        + " select 'clock:' || w.state, w.village_code, w.class_code, null, count(*) from lianhu_core.case_watch w"
                        + " group by 1, 2, 3 union all"
                        + " select m.measure, left(c.division_code, 12), c.class_code, m.day, count(*) from lianhu_core.case_record c,"
                        + " lianhu_core.met_measures(c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at,"
                        + " c.resolve_due_at, c.resolve_met_at) m group by 1, 2, 3, 4 union all"
                        + " select 'step:' || s.action, left(c.division_code, 12), c.class_code,"
                        + " lianhu_core.day_in_china(s.occurred_at), count(*) from lianhu_core.case_step s"
                        + " join lianhu_core.case_record c on c.tenant_id = s.tenant_id and c.id = s.case_id group by 1, 2, 3, 4)"
                        + " select coalesce(c.measure, a.measure), coalesce(c.division_code, a.division_code),"
                        + " coalesce(c.class_code, a.class_code), coalesce(c.day, a.day),"
                        + " coalesce(c.amount, 0)::bigint, coalesce(a.amount, 0)::bigint"
                        + " from counted c full join actual a on c.measure = a.measure and c.division_code = a.division_code"
                        + " and c.class_code = a.class_code and coalesce(c.day, 'epoch') = coalesce(a.day, 'epoch')"
                        + " where coalesce(c.amount, 0) <> coalesce(a.amount, 0) order by 1, 2, 3, 4 limit "
                        + MOST_FAULTS)
                .map(rows -> {
                    List<Fault> faults = new ArrayList<>();
                    for (Row row : rows) {
                        faults.add(new Fault(
                                row.getString(0),
                                row.getString(1),
                                row.getString(2),
                                row.getLocalDate(3),
                                row.getLong(4),
                                row.getLong(5)));
                    }
                    return faults;
                });
    }
}
