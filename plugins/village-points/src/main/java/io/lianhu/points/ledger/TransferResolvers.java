package io.lianhu.points.ledger;

import io.lianhu.points.PointsError;
import io.lianhu.points.PointsPermissions;
import io.lianhu.points.PointsTexts;
import io.lianhu.points.Texts;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PluginContext;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Transfers, reversing them, and what a case brought in. */
public final class TransferResolvers {

    private static final String TYPE = "PointsTransfer";

    private final Database database;
    private final Ledger ledger;

    TransferResolvers(PluginContext context, Ledger ledger) {
        this.database = context.database();
        this.ledger = ledger;
    }

    /** {@code PointsReverseInput}. */
    public record ReverseInput(GlobalId transferId, String reason) {}

    void bind(GraphqlModule module) {
        module.mutation("pointsReverse", this::reverse)
                .field(TYPE, "reason", call -> {
                    PostedTransfer transfer = call.source();
                    return Uni.createFrom().item(reason(transfer.memo(), transfer.kind(), call.locale()));
                })
                .batch("Case", "pointsAwarded", (List<Object> cases, Call call) -> awarded(cases))
                .node(TYPE, this::load);
    }

    /** Why: in the words of whoever decided it, or else what the kind is called. */
    static String reason(@Nullable String memo, TransferKind kind, Locale locale) {
        return memo == null ? PointsTexts.of("PointsTransferKind", kind, locale) : memo;
    }

    private Uni<UUID> reverse(Call call) {
        ReverseInput input = call.input(ReverseInput.class);
        UUID id = input.transferId().of(TYPE);
        String reason = Texts.bounded("reason", input.reason(), 200);
        Actor actor = call.actor();
        return database.session(session -> session.find(Transfer.class, id).chain(transfer -> {
            if (transfer == null
                    || !actor.may(
                            PointsPermissions.AWARD, transfer.particulars().village())) {
                throw ApiException.notFound(TYPE);
            }
            if (transfer.kind() != TransferKind.AWARD) {
                throw new ApiException(PointsError.POINTS_TRANSFER_NOT_REVERSIBLE);
            }
            return ledger.reverse(session, List.of(transfer), reason, actor.subject())
                    .map(reversed -> {
                        if (reversed == 0) {
                            throw new ApiException(PointsError.POINTS_TRANSFER_REVERSED);
                        }
                        return id;
                    });
        }));
    }

    private Uni<Map<UUID, PostedTransfer>> load(Set<UUID> ids, Call call) {
        return database.session(
                session -> session.createSelectionQuery("from Transfer t where t.id in :ids", Transfer.class)
                        .setParameter("ids", ids)
                        .getResultList()
                        .chain(transfers -> visible(session, transfers, call.actor()))
                        .chain(transfers -> views(session, transfers)));
    }

    /** Who may see one of its two accounts may see the transfer. */
    private static Uni<List<Transfer>> visible(Mutiny.Session session, List<Transfer> transfers, Actor actor) {
        Set<UUID> ids = transfers.stream()
                .flatMap(transfer -> Stream.of(transfer.debitAccountId(), transfer.creditAccountId()))
                .collect(Collectors.toSet());
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery("from Account a where a.id in :ids", Account.class)
                .setParameter("ids", ids)
                .getResultList()
                .map(accounts -> accounts.stream()
                        .filter(account -> OwnerAccount.visible(actor, account))
                        .map(Account::id)
                        .collect(Collectors.toSet()))
                .map(seen -> transfers.stream()
                        .filter(transfer ->
                                seen.contains(transfer.debitAccountId()) || seen.contains(transfer.creditAccountId()))
                        .toList());
    }

    private static Uni<Map<UUID, PostedTransfer>> views(Mutiny.Session session, List<Transfer> transfers) {
        if (transfers.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createSelectionQuery("from Reversal r where r.transferId in :ids", Reversal.class)
                .setParameter("ids", transfers.stream().map(Transfer::id).toList())
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(Reversal::transferId, Function.identity())))
                .map(reversals -> transfers.stream()
                        .map(transfer -> PostedTransfer.of(transfer, reversals.get(transfer.id())))
                        .collect(Collectors.toMap(PostedTransfer::id, Function.identity())));
    }

    private Uni<Map<Object, Integer>> awarded(List<Object> cases) {
        Map<Object, UUID> ids =
                cases.stream().distinct().collect(Collectors.toMap(Function.identity(), CoreObject::id));
        return database.session(session -> session.createSelectionQuery(
                                """
                                select t.caseId, sum(case t.kind when AWARD then t.amount else -t.amount end)
                                from Transfer t
                                where t.caseId in :ids and t.kind in (AWARD, REVERSAL)
                                group by t.caseId""",
                                Object[].class)
                        .setParameter("ids", Set.copyOf(ids.values()))
                        .getResultList())
                .map(rows -> rows.stream()
                        .collect(Collectors.toMap(row -> (UUID) row[0], row -> ((Number) row[1]).intValue())))
                .map(sums -> ids.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, one -> sums.getOrDefault(one.getValue(), 0))));
    }
}
