package io.lianhu.points.ledger;

import io.lianhu.sdk.Database;
import io.lianhu.sdk.GraphqlModule;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Has the ledger prove itself. It covers the county, because points cross villages (a courier earns where he works), and names accounts
 * only, nobody's person. It reads every transfer: for a person who asks or for a nightly look, not for a dashboard.
 */
final class LedgerCheckResolvers {

    static final int MOST_FAULTS = 100;

    private static final String TOTALS =
            """
            select
                (select count(*) from {h-schema}points_account),
                (select count(*) from {h-schema}points_transfer),
                (select count(*) from {h-schema}points_hold where state = 'OPEN'),
                (select cast(coalesce(sum(balance), 0) as bigint) from {h-schema}points_account)""";

    private static final String FAULTS =
            """
            select cast(a.id as text), a.purpose, a.owner_kind, a.village, a.balance, coalesce(p.balance, 0), a.held, coalesce(h.held, 0),
                a.postings, coalesce(p.postings, 0)
            from {h-schema}points_account a
            left join (
                select account_id, cast(sum(amount) as bigint) as balance, count(*) as postings, max(number) as last
                from (
                    select debit_account_id as account_id, -amount as amount, debit_number as number
                    from {h-schema}points_transfer
                    union all
                    select credit_account_id, amount, credit_number from {h-schema}points_transfer
                ) side
                group by account_id
            ) p on p.account_id = a.id
            left join (
                select account_id, cast(sum(amount) as bigint) as held from {h-schema}points_hold where state = 'OPEN' group by account_id
            ) h on h.account_id = a.id
            where a.balance <> coalesce(p.balance, 0)
            or a.held <> coalesce(h.held, 0)
            or a.postings <> coalesce(p.postings, 0)
            or a.postings <> coalesce(p.last, 0)
            or (a.purpose = 'SPENDABLE' and a.balance - a.held < 0)
            order by a.id
            limit %d"""
                    .formatted(MOST_FAULTS);

    private final Database database;

    LedgerCheckResolvers(Database database) {
        this.database = database;
    }

    void bind(GraphqlModule module) {
        module.query("pointsLedgerCheck", call -> database.session(LedgerCheckResolvers::check));
    }

    private static Uni<LedgerProof> check(Mutiny.Session session) {
        return session.createNativeQuery(TOTALS, Object[].class)
                .getSingleResult()
                .chain(totals -> session.createNativeQuery(FAULTS, Object[].class)
                        .getResultList()
                        .map(rows -> proof(
                                totals,
                                rows.stream().map(LedgerCheckResolvers::fault).toList())));
    }

    private static LedgerProof proof(Object[] totals, List<LedgerProof.Fault> faults) {
        long total = number(totals[3]);
        return new LedgerProof(
                total == 0 && faults.isEmpty(), number(totals[0]), number(totals[1]), number(totals[2]), total, faults);
    }

    private static LedgerProof.Fault fault(Object[] row) {
        return new LedgerProof.Fault(
                (String) row[0],
                (String) row[1],
                (@Nullable String) row[2],
                (String) row[3],
                number(row[4]),
                number(row[5]),
                number(row[6]),
                number(row[7]),
                number(row[8]),
                number(row[9]));
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
