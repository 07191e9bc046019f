package io.lianhu.points.ledger;

import io.lianhu.sdk.Database;
import io.lianhu.sdk.GraphqlModule;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.stream.Stream;
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

    /** Joins need no county: the fence leaves only one's rows. That holds are for redemptions is known to this statement alone. */
    private static final String FAULTS =
            """
            with side as (
                select debit_account_id as account_id, -amount as amount, debit_number as number, debit_balance as balance
                from {h-schema}points_transfer
                union all
                select credit_account_id, amount, credit_number, credit_balance from {h-schema}points_transfer
            ),
            placed as (
                select account_id, amount, number, balance, row_number() over later as place, sum(amount) over later as running
                from side
                window later as (partition by account_id order by number rows unbounded preceding)
            ),
            posted as (
                select account_id, cast(sum(amount) as bigint) as balance, count(*) as postings,
                    bool_or(number <> place) as misnumbered, bool_or(balance <> running) as misstated
                from placed group by account_id
            ),
            held as (
                select account_id, cast(sum(amount) as bigint) as held from {h-schema}points_hold where state = 'OPEN' group by account_id
            ),
            taken_back as (
                select reverses_id, sum(amount) as amount from {h-schema}points_transfer where kind = 'REVERSAL' group by reverses_id
            ),
            misreversed as (
                select a.credit_account_id as account_id
                from {h-schema}points_reversal r
                join {h-schema}points_transfer a on a.id = r.transfer_id
                left join taken_back b on b.reverses_id = r.transfer_id
                where a.kind <> 'AWARD' or a.amount <> coalesce(b.amount, 0)
            ),
            misredeemed as (
                select h.account_id
                from {h-schema}points_hold h
                left join {h-schema}points_redemption r on r.hold_id = h.id
                left join {h-schema}points_transfer t on t.id = h.transfer_id
                where r.id is null or r.points <> h.amount
                or (h.state, r.state) not in (
                    ('OPEN', 'RESERVED'), ('CAPTURED', 'HANDED_OVER'), ('RELEASED', 'CANCELLED'), ('RELEASED', 'EXPIRED'))
                or (h.state = 'CAPTURED' and (t.kind, t.amount, t.debit_account_id) is distinct from ('REDEEM', h.amount, h.account_id))
                union all
                select t.debit_account_id
                from {h-schema}points_transfer t
                where t.kind = 'REDEEM' and not exists (select 1 from {h-schema}points_hold h where h.transfer_id = t.id)
            ),
            looked_at as (
                select a.id, a.purpose, a.owner_kind, a.village, a.balance, coalesce(p.balance, 0) as explained_balance,
                    a.held, coalesce(h.held, 0) as explained_held, a.postings, coalesce(p.postings, 0) as explained_postings,
                    concat_ws(',',
                        case when a.balance <> coalesce(p.balance, 0) then 'BALANCE' end,
                        case when a.held <> coalesce(h.held, 0) then 'HELD' end,
                        case when a.purpose = 'SPENDABLE' and a.balance - a.held < 0 then 'OVERDRAWN' end,
                        case when a.postings <> coalesce(p.postings, 0) or p.misnumbered then 'NUMBERING' end,
                        case when p.misstated then 'RUNNING_BALANCE' end,
                        case when a.id in (select account_id from misreversed) then 'REVERSAL' end,
                        case when a.id in (select account_id from misredeemed) then 'REDEMPTION' end) as kinds
                from {h-schema}points_account a
                left join posted p on p.account_id = a.id
                left join held h on h.account_id = a.id
            )
            select cast(id as text), purpose, owner_kind, village, balance, explained_balance, held, explained_held, postings,
                explained_postings, kinds
            from looked_at
            where kinds <> ''
            order by id
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
                                rows.stream().map(LedgerCheckResolvers::faulty).toList())));
    }

    private static LedgerProof proof(Object[] totals, List<LedgerProof.FaultyAccount> faults) {
        long total = number(totals[3]);
        return new LedgerProof(
                total == 0 && faults.isEmpty(), number(totals[0]), number(totals[1]), number(totals[2]), total, faults);
    }

    private static LedgerProof.FaultyAccount faulty(Object[] row) {
        return new LedgerProof.FaultyAccount(
                (String) row[0],
                (String) row[1],
                (@Nullable String) row[2],
                (String) row[3],
                number(row[4]),
                number(row[5]),
                number(row[6]),
                number(row[7]),
                number(row[8]),
                number(row[9]),
                Stream.of(((String) row[10]).split(",")).map(Fault::valueOf).toList());
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
