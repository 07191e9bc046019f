package io.lianhu.points.ledger;

import io.lianhu.sdk.Database;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.resident.ResidentMergeUndone;
import io.lianhu.sdk.resident.ResidentsMerged;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Points follow when two records turn out to be one person's: those that are free on the person's account, and on that of the household
 * in which nobody is left, become the kept record's. When the merge is undone, as many go back; what has been spent meanwhile becomes a
 * debt of the kept record's account. What is put aside for a redemption stays, and so does a debt.
 */
public final class MergeHandler {

    private final Database database;
    private final Clock clock;

    public MergeHandler(PluginContext context) {
        this.database = context.database();
        this.clock = context.clock();
    }

    /** One for the merge, and one for what undoes it. */
    public List<EventHandler<?>> handlers() {
        return List.of(
                new EventHandler<>(
                        "points-residents-merged", ResidentsMerged.class, delivery -> merged(delivery.event())),
                new EventHandler<>(
                        "points-merge-undone", ResidentMergeUndone.class, delivery -> undone(delivery.event())));
    }

    private Uni<Void> merged(ResidentsMerged event) {
        Resident kept = event.kept();
        return database.session(session -> first(session, event.mergeId(), false)
                .chain(first ->
                        first ? move(session, event, kept) : Uni.createFrom().voidItem()));
    }

    /** Whether nothing was heard of the merge so far. */
    private static Uni<Boolean> first(Mutiny.Session session, UUID merge, boolean undone) {
        return session.createNativeQuery(
                        """
                        insert into {h-schema}points_merge (merge_id, undone) values (:merge, :undone)
                        on conflict do nothing""")
                .setParameter("merge", merge)
                .setParameter("undone", undone)
                .executeUpdate()
                .map(inserted -> inserted > 0);
    }

    private Uni<Void> move(Mutiny.Session session, ResidentsMerged event, Resident kept) {
        Uni<Void> moved = move(
                session, event, new Owner(OwnerKind.PERSON, event.gone().id()), new Owner(OwnerKind.PERSON, kept.id()));
        UUID emptied = event.emptied();
        return emptied == null
                ? moved
                : moved.chain(() -> move(
                        session,
                        event,
                        new Owner(OwnerKind.HOUSEHOLD, emptied),
                        new Owner(OwnerKind.HOUSEHOLD, kept.household())));
    }

    private static UUID transferId(UUID merge, OwnerKind kind) {
        return DerivedId.of(TransferKind.MERGE, merge, kind);
    }

    private Uni<Void> move(Mutiny.Session session, ResidentsMerged event, Owner from, Owner to) {
        DivisionCode home = event.kept().division().village();
        UUID source = AccountKey.spendableId(from);
        AccountKey target = AccountKey.spendable(to, home);
        AccountKey debt = AccountKey.receivable(to, home);
        return session.find(Account.class, source).chain(known -> {
            if (known == null) {
                return Uni.createFrom().voidItem();
            }
            return Accounts.open(session, List.of(target, debt), clock.instant())
                    .chain(() -> Accounts.lock(session, List.of(source, target.id(), debt.id())))
                    .chain(accounts -> {
                        int amount = Math.toIntExact(accounts.get(source).available());
                        if (amount == 0) {
                            return Uni.createFrom().voidItem();
                        }
                        Particulars particulars = particulars(event.kept(), home, event.mergedAt());
                        UUID id = transferId(event.mergeId(), from.kind());
                        return post(session, id, accounts.get(source), accounts.get(target.id()), amount, particulars)
                                .chain(() -> settle(session, accounts, target.id(), debt.id(), id, particulars));
                    });
        });
    }

    private static Particulars particulars(Resident earner, DivisionCode village, Instant at) {
        return new Particulars(village, earner.id(), earner.household(), null, null, null, null, at);
    }

    /** Pays what the owner owes out of what has just come. */
    private Uni<Void> settle(
            Mutiny.Session session,
            Accounts accounts,
            UUID spendable,
            UUID receivable,
            UUID because,
            Particulars particulars) {
        Account from = accounts.get(spendable);
        Account to = accounts.get(receivable);
        int amount = Math.toIntExact(Math.min(to.debt(), from.available()));
        return amount <= 0
                ? Uni.createFrom().voidItem()
                : session.persist(new Transfer(
                        DerivedId.of(TransferKind.SETTLEMENT, because),
                        TransferKind.SETTLEMENT,
                        from,
                        to,
                        amount,
                        null,
                        particulars,
                        clock.instant()));
    }

    private Uni<Void> post(
            Mutiny.Session session, UUID id, Account from, Account to, int amount, Particulars particulars) {
        return session.persist(
                new Transfer(id, TransferKind.MERGE, from, to, amount, null, particulars, clock.instant()));
    }

    private Uni<Void> undone(ResidentMergeUndone event) {
        return database.session(session -> first(session, event.mergeId(), true).chain(() -> {
            Uni<Void> back = Uni.createFrom().voidItem();
            for (OwnerKind kind : OwnerKind.values()) {
                back = back.chain(() -> session.find(Transfer.class, transferId(event.mergeId(), kind))
                        .chain(moved -> back(session, event, kind, moved)));
            }
            return back;
        }));
    }

    /** Out of what is free; the rest is owed, as of an award that is taken back. */
    private Uni<Void> back(
            Mutiny.Session session, ResidentMergeUndone event, OwnerKind kind, @Nullable Transfer moved) {
        if (moved == null) {
            return Uni.createFrom().voidItem();
        }
        UUID kept = moved.creditAccountId();
        UUID gone = moved.debitAccountId();
        UUID debt = AccountKey.receivableId(kept);
        return Accounts.lock(session, List.of(kept, gone, debt)).chain(accounts -> {
            Account from = accounts.get(kept);
            Account to = accounts.get(gone);
            int free = (int) Math.min(moved.amount(), from.available());
            int owed = moved.amount() - free;
            Particulars particulars = moved.particulars();
            UUID id = DerivedId.of(TransferKind.MERGE, event.mergeId(), kind, "undone");
            UUID rest = DerivedId.of(TransferKind.MERGE, event.mergeId(), kind, "owed");
            return (free == 0 ? Uni.createFrom().voidItem() : post(session, id, from, to, free, particulars))
                    .chain(() -> owed == 0
                            ? Uni.createFrom().voidItem()
                            : post(session, rest, accounts.get(debt), to, owed, particulars));
        });
    }
}
