package io.lianhu.bench;

import io.lianhu.testkit.County;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real counties of the checkout, and cases for them, as they lie there after two years: most are closed, six in a hundred are open, and of
 * these a part is overdue. Cases are rows of SQL; whatever keeps counts of them sees them come.
 */
final class Province {

    /** How many of a hundred cases are open. */
    static final int OPEN = 6;

    private static final String PLACES =
            """
            create temporary table place as
            select row_number() over (order by d.code) - 1 as n, count(*) over () as places, d.id, d.code
            from lianhu_core.division d
            where d.tenant_id = ? and d.code like ? and d.kind in ('VILLAGE', 'GRID')
            and not exists (select from lianhu_core.division below
                where below.tenant_id = d.tenant_id and below.parent_id = d.id and below.kind = 'GRID')
            """;

    /** Who has a case: in each place a grid worker of its own, whom nobody knows but the row. */
    private static final String CASES =
            """
            insert into lianhu_core.case_record (tenant_id, id, number, source, class_code, description, state, division_id, division_code,
                assignee_kind, assignee_subject, assignee_name, urged, round, reported_at, closed_at, version,
                respond_amount, respond_unit, respond_since, respond_approaching_at, respond_due_at, respond_met_at,
                resolve_amount, resolve_unit, resolve_since, resolve_approaching_at, resolve_due_at, resolve_met_at,
                approaching_at, due_at)
            select ?, uuidv7(t.reported - now()), 'B' || ? || '-' || i, case when i % 3 = 0 then 'TELEPHONE' else 'PATROL' end,
                (array['environment.garbage', 'environment.piles', 'environment.sewage', 'order.stall', 'order.parking'])[1 + i % 5],
                '第' || i || '件：路边有人看见的事', case when not t.open then 'CLOSED' when i % 4 = 0 then 'HANDLED' else 'DISPATCHED' end,
                p.id, p.code, 'GRID_WORKER', coalesce(?, 'worker-of-' || p.code), '网格员', 0, case when t.open then 0 else 1 end,
                t.reported, case when not t.open then t.reported + interval '20 hours' end, 0,
                10, 'MINUTE', t.reported, t.reported + interval '7 minutes', t.reported + interval '10 minutes', t.reported + interval '5 minutes',
                480, 'HOUR', t.reported, t.reported + interval '15 days', t.reported + interval '20 days',
                case when not t.open then t.reported + interval '20 hours' end,
                case when t.open then t.reported + interval '15 days' end, case when t.open then t.reported + interval '20 days' end
            from generate_series(1, ?) i
            cross join lateral (select (i::bigint * 7919) % 100 < ? as open, (i::bigint * 104729) % 100000 / 100000.0 as spread) s
            cross join lateral (select s.open,
                now() - interval '1 minute' - case when s.open then interval '26 days' else interval '700 days' end * s.spread as reported) t
            join place p on p.n = (i / 7) % p.places
            order by t.reported
            """;

    /** Overdue for 1 second, 2 seconds, and so on: with a limit of 20 days, so that the village alone is to be told. */
    private static final String OVERDUE =
            """
            insert into lianhu_core.case_record (tenant_id, id, number, source, class_code, description, state, division_id, division_code,
                assignee_kind, assignee_subject, assignee_name, urged, round, reported_at, version,
                resolve_amount, resolve_unit, resolve_since, resolve_approaching_at, resolve_due_at, approaching_at, due_at)
            select ?, uuidv7(), 'O' || i, 'PATROL', 'environment.garbage', '第' || i || '件：没有人去看的事', 'DISPATCHED', p.id, p.code,
                'GRID_WORKER', 'worker-of-' || p.code, '网格员', 0, 0, t.due - interval '20 days', 0,
                480, 'HOUR', t.due - interval '20 days', t.due - interval '5 days', t.due, t.due - interval '5 days', t.due
            from generate_series(1, ?) i
            cross join lateral (select now() - interval '1 second' * i as due) t
            join place p on p.n = i % p.places
            """;

    private static final String CADRES =
            """
            insert into lianhu_core.post (tenant_id, id, subject, holder_name, role, division_id, division_code, since, appointed_by, version)
            select tenant_id, uuidv7(), 'cadre-of-' || code, '村干部', 'VILLAGE_CADRE', id, code, now(), 'bench', 0
            from lianhu_core.division where tenant_id = ? and kind = 'VILLAGE'
            """;

    private final TestHost host;
    private final Sql sql;

    Province(TestHost host, Sql sql) {
        this.host = host;
        this.sql = sql;
    }

    /** The counties of the checkout that have the given number at most, served by the host from now on. */
    List<County> counties(int most) {
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("lianhu.root", "."), "tenants"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("tenant.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .limit(most)
                    .map(host::county)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Cases for all villages and grids of a county, evenly. */
    void fill(County county, int cases) {
        fill(county, county.code(), null, cases);
    }

    /**
     * Cases for a part of a county.
     *
     * @param division a code; the cases come to lie in the grids in it, and in its villages that have none
     * @param worker who has them; null for a stranger in each place
     */
    void fill(County county, String division, @Nullable String worker, int cases) {
        places(county.code(), division);
        String series = division + (worker == null ? "" : "W");
        sql.run(CASES, county.code(), series, worker, cases, OPEN);
    }

    private void places(String county, String division) {
        sql.script("drop table if exists place");
        sql.run(PLACES, county, division + "%");
    }

    /** A cadre for each of a county's villages, whom nobody knows but the row. */
    void cadres(County county) {
        sql.run(CADRES, county.code());
    }

    /** Overdue cases of a county, evenly over its villages and grids. */
    void overdue(County county, int cases) {
        places(county.code(), county.code());
        sql.run(OVERDUE, county.code(), cases);
    }

    static String seconds(long sinceNanos) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - sinceNanos) / 1e9);
    }
}
