package io.lianhu.points.ledger;

import io.lianhu.points.PointsError;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The only way to move points. Each method works in the session, and thus in the write transaction, of its caller, runs on the caller's
 * event loop and never blocks.
 *
 * <p>Accounts are locked in ascending order of their ids, all that a call needs at once. A caller may hold other locks already (a
 * redemption, its goods, a case's round), but should call one method once per transaction.
 */
public final class Ledger {

    private final Clock clock;

    public Ledger(Clock clock) {
        this.clock = clock;
    }

    /**
     * Posts the award, as far as the rule's cap leaves room, and settles what the owner owes. Answers the points posted: 0 if the award
     * was posted before, or if the cap leaves nothing; then nothing is recorded.
     */
    public Uni<Integer> award(Mutiny.Session session, Award award) {
        DivisionCode home = award.earner().division().village();
        AccountKey spendable = AccountKey.spendable(award.owner(), home);
        AccountKey receivable = AccountKey.receivable(award.owner(), home);
        AccountKey issuance = AccountKey.issuance(award.village());
        List<AccountKey> keys = List.of(spendable, receivable, issuance);
        return Accounts.open(session, keys, clock.instant())
                .chain(() ->
                        Accounts.lock(session, keys.stream().map(AccountKey::id).toList()))
                // Under the lock of the village's issuance nobody else can be posting this award; the primary key
                // stands behind it.
                .chain(accounts -> session.find(Transfer.class, award.id())
                        .chain(posted -> posted != null ? Uni.createFrom().item(0) : fitting(session, award))
                        .chain(points -> points == 0
                                ? Uni.createFrom().item(0)
                                : post(
                                                session,
                                                award,
                                                points,
                                                accounts.get(issuance.id()),
                                                accounts.get(spendable.id()))
                                        .invoke(() ->
                                                accounts.get(spendable.id()).moveTo(home))
                                        .chain(transfer -> settle(
                                                session, accounts, spendable.id(), transfer.id(), award.particulars()))
                                        .replaceWith(points)));
    }

    private Uni<Transfer> post(Mutiny.Session session, Award award, int points, Account issuance, Account spendable) {
        return persist(
                session,
                new Transfer(
                        award.id(),
                        TransferKind.AWARD,
                        issuance,
                        spendable,
                        points,
                        null,
                        award.particulars(),
                        clock.instant()));
    }

    private Uni<Integer> fitting(Mutiny.Session session, Award award) {
        UUID rule = award.rule();
        if (rule == null || !award.cap().limits()) {
            return Uni.createFrom().item(award.points());
        }
        Span day = Span.day(award.earnedAt(), clock.getZone());
        Span month = Span.month(award.earnedAt(), clock.getZone());
        return session.createSelectionQuery(
                        """
                        select coalesce(sum(case when t.earnedAt >= :day and t.earnedAt < :dayEnd then t.amount else 0 end), 0),
                            coalesce(sum(t.amount), 0)
                        from Transfer t
                        where t.creditAccountId = :account and t.ruleId = :rule and t.kind = AWARD
                        and t.earnedAt >= :month and t.earnedAt < :monthEnd
                        and not exists (select 1 from Reversal r where r.transferId = t.id)""",
                        Object[].class)
                .setParameter("account", AccountKey.spendableId(award.owner()))
                .setParameter("rule", rule)
                .setParameter("day", day.begin())
                .setParameter("dayEnd", day.end())
                .setParameter("month", month.begin())
                .setParameter("monthEnd", month.end())
                .getSingleResult()
                .map(earned -> award.cap()
                        .fitting(award.points(), ((Number) earned[0]).longValue(), ((Number) earned[1]).longValue()));
    }

    /**
     * Reverses (冲正) those awards that were not reversed before: out of what the owner has free, the rest becomes a debt that later
     * awards settle. Answers how many were reversed.
     */
    public Uni<Integer> reverse(
            Mutiny.Session session, List<Transfer> awards, @Nullable String reason, @Nullable String reversedBy) {
        if (awards.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        List<UUID> ids = awards.stream()
                .flatMap(award -> Stream.of(
                        award.debitAccountId(),
                        award.creditAccountId(),
                        AccountKey.receivableId(award.creditAccountId())))
                .toList();
        return Accounts.lock(session, ids).chain(accounts -> {
            Uni<Integer> count = Uni.createFrom().item(0);
            for (Transfer award : awards) {
                count = count.chain(sum ->
                        reverse(session, accounts, award, reason, reversedBy).map(one -> sum + one));
            }
            return count;
        });
    }

    private Uni<Integer> reverse(
            Mutiny.Session session,
            Accounts accounts,
            Transfer award,
            @Nullable String reason,
            @Nullable String reversedBy) {
        if (award.kind() != TransferKind.AWARD) {
            throw new IllegalArgumentException("Not an award: " + award.id());
        }
        return session.createNativeQuery(
                        """
                        insert into {h-schema}points_reversal (transfer_id, reason, reversed_by, reversed_at)
                        values (:id, :reason, :by, :now) on conflict do nothing""")
                .setParameter("id", award.id())
                .setParameter("reason", reason)
                .setParameter("by", reversedBy)
                .setParameter("now", clock.instant())
                .executeUpdate()
                .chain(inserted -> inserted == 0
                        ? Uni.createFrom().item(0)
                        : takeBack(session, accounts, award, award.particulars().because(reason, reversedBy))
                                .replaceWith(1));
    }

    private Uni<Void> takeBack(Mutiny.Session session, Accounts accounts, Transfer award, Particulars particulars) {
        Account spendable = accounts.get(award.creditAccountId());
        Account issuance = accounts.get(award.debitAccountId());
        Account receivable = accounts.get(AccountKey.receivableId(spendable.id()));
        int free = (int) Math.min(award.amount(), spendable.available());
        return takeBack(session, award, spendable, issuance, free, particulars)
                .chain(() -> takeBack(session, award, receivable, issuance, award.amount() - free, particulars));
    }

    private Uni<Void> takeBack(
            Mutiny.Session session,
            Transfer award,
            Account from,
            Account issuance,
            int amount,
            Particulars particulars) {
        if (amount == 0) {
            return Uni.createFrom().voidItem();
        }
        UUID id = DerivedId.of(TransferKind.REVERSAL, award.id(), from.purpose());
        return persist(
                        session,
                        new Transfer(
                                id,
                                TransferKind.REVERSAL,
                                from,
                                issuance,
                                amount,
                                award.id(),
                                particulars,
                                clock.instant()))
                .replaceWithVoid();
    }

    /**
     * Gives back what is overdue, of whichever owners; then puts points of the owner aside, and answers the hold's id. Fails with
     * {@link PointsError#POINTS_INSUFFICIENT_BALANCE} where fewer are free. The caller holds the locks of what is overdue.
     */
    public Uni<UUID> hold(Mutiny.Session session, Owner owner, int points, List<Release> overdue) {
        UUID id = AccountKey.spendableId(owner);
        return holds(session, overdue).chain(holds -> Accounts.lock(
                        session, Stream.concat(Stream.of(id), accounts(holds)).toList())
                .call(accounts -> release(session, accounts, holds, overdue))
                .chain(accounts -> hold(session, accounts, id, points)));
    }

    private Uni<UUID> hold(Mutiny.Session session, Accounts accounts, UUID id, int points) {
        long available = accounts.contains(id) ? accounts.get(id).available() : 0;
        if (available < points) {
            throw new ApiException(
                    PointsError.POINTS_INSUFFICIENT_BALANCE, Map.of("available", available, "needed", points));
        }
        Hold hold = new Hold(accounts.get(id), points, clock.instant());
        return session.persist(hold).map(persisted -> hold.getId());
    }

    /** Takes what is held for good: it counts as redeemed in the particulars' village. The caller holds the lock of what it is held for. */
    public Uni<Void> capture(Mutiny.Session session, UUID holdId, Particulars particulars) {
        AccountKey redeemed = AccountKey.redeemed(particulars.village());
        return session.find(Hold.class, holdId).chain(hold -> Accounts.open(session, List.of(redeemed), clock.instant())
                .chain(() -> Accounts.lock(session, List.of(redeemed.id(), hold.accountId())))
                .chain(accounts -> {
                    Account spendable = accounts.get(hold.accountId());
                    UUID id = DerivedId.of(TransferKind.REDEEM, holdId);
                    hold.capture(spendable, id, clock.instant());
                    return persist(
                            session,
                            new Transfer(
                                    id,
                                    TransferKind.REDEEM,
                                    spendable,
                                    accounts.get(redeemed.id()),
                                    hold.amount(),
                                    null,
                                    particulars,
                                    clock.instant()));
                })
                .replaceWithVoid());
    }

    /** Gives back what is held, and settles what the owner owes out of it. The caller holds the lock of what it is held for. */
    public Uni<Void> release(Mutiny.Session session, Release release) {
        List<Release> one = List.of(release);
        return holds(session, one)
                .chain(holds -> Accounts.lock(session, accounts(holds).toList())
                        .chain(accounts -> release(session, accounts, holds, one)));
    }

    private Uni<Void> release(
            Mutiny.Session session, Accounts accounts, Map<UUID, Hold> holds, List<Release> releases) {
        Uni<Void> done = Uni.createFrom().voidItem();
        for (Release release : releases) {
            Hold hold = found(holds, release.holdId());
            done = done.chain(() -> {
                hold.release(accounts.get(hold.accountId()), clock.instant());
                return settle(session, accounts, hold.accountId(), release.holdId(), release.particulars());
            });
        }
        return done;
    }

    private static Uni<Map<UUID, Hold>> holds(Mutiny.Session session, List<Release> releases) {
        return releases.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : session.createSelectionQuery("from Hold h where h.id in :ids", Hold.class)
                        .setParameter(
                                "ids", releases.stream().map(Release::holdId).toList())
                        .getResultList()
                        .map(rows -> rows.stream().collect(Collectors.toMap(Hold::getId, Function.identity())));
    }

    private static Hold found(Map<UUID, Hold> holds, UUID id) {
        return Objects.requireNonNull(holds.get(id), () -> "No hold " + id);
    }

    /** What a release may change. */
    private static Stream<UUID> accounts(Map<UUID, Hold> holds) {
        return holds.values().stream()
                .flatMap(hold -> Stream.of(hold.accountId(), AccountKey.receivableId(hold.accountId())));
    }

    /** Pays what the owner owes out of what is free, because of something that has just made more of it free. */
    private Uni<Void> settle(
            Mutiny.Session session, Accounts accounts, UUID spendableId, UUID because, Particulars particulars) {
        Account spendable = accounts.get(spendableId);
        Account receivable = accounts.get(AccountKey.receivableId(spendableId));
        int amount = Math.toIntExact(Math.min(receivable.debt(), spendable.available()));
        if (amount <= 0) {
            return Uni.createFrom().voidItem();
        }
        return persist(
                        session,
                        new Transfer(
                                DerivedId.of(TransferKind.SETTLEMENT, because),
                                TransferKind.SETTLEMENT,
                                spendable,
                                receivable,
                                amount,
                                null,
                                particulars.because(null, particulars.postedBy()),
                                clock.instant()))
                .replaceWithVoid();
    }

    private static Uni<Transfer> persist(Mutiny.Session session, Transfer transfer) {
        return session.persist(transfer).replaceWith(transfer);
    }
}
