package io.lianhu.points.ledger;

import io.lianhu.points.PointsPermissions;
import io.lianhu.points.Villages;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Residents;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The honour roll (光荣榜) of a village and month. */
final class RankingResolvers {

    /** Of a year that a calendar on the wall may show. */
    private static final Pattern MONTH = Pattern.compile("2[0-9]{3}-(0[1-9]|1[0-2])");

    private final Database database;
    private final Residents residents;
    private final Villages villages;
    private final Clock clock;

    RankingResolvers(PluginContext context) {
        this.database = context.database();
        this.residents = context.residents();
        this.villages = new Villages(context.divisions());
        this.clock = context.clock();
    }

    void bind(GraphqlModule module) {
        module.query("pointsRanking", this::ranking);
    }

    private Uni<List<RankedHousehold>> ranking(Call call) {
        YearMonth month = month(call.required("month", String.class));
        int first = new PageRequest(call.required("first", Integer.class), Optional.empty()).first();
        return villages.of(call).chain(village -> {
            Villages.requireVisible(call.actor(), PointsPermissions.READ, village);
            return totals(village, month, first).chain(rows -> residents
                    .householdNames(rows.stream().map(row -> (UUID) row[0]).collect(Collectors.toSet()))
                    .map(names -> ranked(rows, names)));
        });
    }

    private Uni<List<Object[]>> totals(DivisionCode village, YearMonth month, int first) {
        Span span = Span.of(month, clock.getZone());
        return database.session(session -> session.createSelectionQuery(
                        """
                        select t.householdId, sum(case t.kind when AWARD then t.amount else -t.amount end)
                        from Transfer t
                        where t.village = :village and t.kind in (AWARD, REVERSAL)
                        and t.earnedAt >= :begin and t.earnedAt < :end
                        group by t.householdId
                        having sum(case t.kind when AWARD then t.amount else -t.amount end) > 0
                        order by 2 desc, 1""",
                        Object[].class)
                .setParameter("village", village.value())
                .setParameter("begin", span.begin())
                .setParameter("end", span.end())
                .setMaxResults(first)
                .getResultList());
    }

    /** Equal points, equal rank; the next rank follows without a gap. */
    static List<RankedHousehold> ranked(List<Object[]> totals, Map<UUID, String> names) {
        List<RankedHousehold> ranked = new ArrayList<>(totals.size());
        int rank = 0;
        int last = -1;
        for (Object[] row : totals) {
            UUID household = (UUID) row[0];
            int points = ((Number) row[1]).intValue();
            if (points != last) {
                rank++;
                last = points;
            }
            ranked.add(new RankedHousehold(rank, points, household, names.get(household)));
        }
        return ranked;
    }

    private static YearMonth month(String text) {
        if (!MONTH.matcher(text).matches()) {
            throw ApiException.invalid("month");
        }
        return YearMonth.parse(text);
    }
}
