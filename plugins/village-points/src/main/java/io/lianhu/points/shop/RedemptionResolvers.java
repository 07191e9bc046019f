package io.lianhu.points.shop;

import io.lianhu.points.Pages;
import io.lianhu.points.PointsError;
import io.lianhu.points.PointsPermissions;
import io.lianhu.points.Villages;
import io.lianhu.points.ledger.Ledger;
import io.lianhu.points.ledger.Owner;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.points.ledger.Particulars;
import io.lianhu.points.ledger.Release;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Resident;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Reserving goods, handing them over, cancelling. Locks are taken in one order: redemptions, goods, accounts; so two who want the same
 * never wait for each other in a circle.
 */
public final class RedemptionResolvers {

    private static final String TYPE = "PointsRedemption";

    /** As many as one who reserves can put right without being slow. */
    private static final int MOST_OVERDUE = 50;

    private final Database database;
    private final Villages villages;
    private final Clock clock;
    private final Ledger ledger;
    private final PickupCodes codes;

    RedemptionResolvers(PluginContext context, Ledger ledger) {
        this.database = context.database();
        this.villages = new Villages(context.divisions());
        this.clock = context.clock();
        this.ledger = ledger;
        this.codes = new PickupCodes(context.attempts());
    }

    /** {@code PointsRedeemInput}. */
    public record RedeemInput(GlobalId itemId, int quantity, @Nullable OwnerKind accountKind) {

        public RedeemInput {
            if (quantity < 1 || quantity > 99) {
                throw ApiException.invalid("quantity");
            }
        }
    }

    /** {@code PointsRedemptionHandOverInput}. */
    public record HandOverInput(GlobalId redemptionId, String pickupCode) {}

    /** {@code PointsRedemptionCancelInput}. */
    public record CancelInput(GlobalId redemptionId) {}

    void bind(GraphqlModule module) {
        module.query("pointsMyRedemptions", this::mine)
                .query("pointsRedemptions", this::ofVillage)
                .mutation("pointsRedeem", this::redeem)
                .mutation("pointsRedemptionHandOver", this::handOver)
                .mutation("pointsRedemptionCancel", this::cancel)
                .field(TYPE, "pickupCode", call -> {
                    Redemption redemption = call.source();
                    return redemption.paidBy(call.actor()) && redemption.getState() == RedemptionState.RESERVED
                            ? Uni.createFrom().item(redemption.pickupCode())
                            : Uni.createFrom().nullItem();
                })
                .node(TYPE, this::load);
    }

    private Uni<Connection<Redemption>> mine(Call call) {
        PageRequest page = call.page();
        Resident resident = call.actor().requireResident();
        return database.session(session -> session.createSelectionQuery(
                                "from Redemption r where (r.householdId = :household and r.accountKind = HOUSEHOLD"
                                        + " or r.residentId = :resident and r.accountKind = PERSON)"
                                        + " and r.id < :before order by r.id desc",
                                Redemption.class)
                        .setParameter("household", resident.household())
                        .setParameter("resident", resident.id())
                        .setParameter("before", Pages.before(page))
                        .setMaxResults(page.limit())
                        .getResultList())
                .map(rows -> Connection.of(rows, page, Redemption::getId));
    }

    private Uni<Connection<Redemption>> ofVillage(Call call) {
        PageRequest page = call.page();
        RedemptionState state = call.required("state", RedemptionState.class);
        return villages.of(call).chain(village -> {
            call.actor().require(PointsPermissions.HAND_OVER, village);
            return database.session(session -> session.createSelectionQuery(
                                    "from Redemption r where r.village = :village and r.state = :state and r.id < :before"
                                            + " order by r.id desc",
                                    Redemption.class)
                            .setParameter("village", village.value())
                            .setParameter("state", state)
                            .setParameter("before", Pages.before(page))
                            .setMaxResults(page.limit())
                            .getResultList())
                    .map(rows -> Connection.of(rows, page, Redemption::getId));
        });
    }

    private Uni<Map<UUID, Redemption>> load(Set<UUID> ids, Call call) {
        return database.session(session -> session.createSelectionQuery(
                                "from Redemption r where r.id in :ids", Redemption.class)
                        .setParameter("ids", ids)
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(redemption -> visible(call.actor(), redemption))
                        .collect(Collectors.toMap(Redemption::getId, Function.identity())));
    }

    private static boolean visible(Actor actor, Redemption redemption) {
        return redemption.paidBy(actor) || actor.may(PointsPermissions.HAND_OVER, redemption.village());
    }

    private Uni<UUID> redeem(Call call) {
        RedeemInput input = call.input(RedeemInput.class);
        Resident redeemer = call.actor().requireResident();
        UUID wanted = input.itemId().of(ItemResolvers.TYPE);
        OwnerKind paying = Objects.requireNonNullElse(input.accountKind(), OwnerKind.HOUSEHOLD);
        return database.session(session -> overdue(session, wanted, redeemer).chain(overdue -> items(
                        session, wanted, overdue)
                .map(items -> offered(items, wanted, overdue, redeemer, input.quantity()))
                .chain(item -> ledger.hold(
                                session,
                                Owner.of(paying, redeemer),
                                item.getPrice() * input.quantity(),
                                overdue.stream().map(one -> release(one, null)).toList())
                        .chain(hold -> codes.free(session, item.village()).chain(code -> {
                            item.take(input.quantity());
                            Redemption redemption = new Redemption(
                                    item, input.quantity(), hold, redeemer, paying, code, clock.instant());
                            return session.persist(redemption).map(persisted -> redemption.getId());
                        })))));
    }

    /**
     * Reservations of the goods, or of the household, whose time is over, locked: they give way to whoever asks for the same. What
     * another transaction has locked is left to it, since waiting for it here would break the order of the locks.
     */
    private Uni<List<Redemption>> overdue(Mutiny.Session session, UUID item, Resident redeemer) {
        return session.createNativeQuery(
                        """
                        select r.* from {h-schema}points_redemption r
                        where r.state = 'RESERVED' and r.expires_at <= :now and (r.item_id = :item or r.household_id = :household)
                        order by r.id limit %d for update skip locked"""
                                .formatted(MOST_OVERDUE),
                        Redemption.class)
                .setParameter("now", clock.instant())
                .setParameter("item", item)
                .setParameter("household", redeemer.household())
                .getResultList();
    }

    private static Uni<Map<UUID, Item>> items(Mutiny.Session session, UUID wanted, List<Redemption> overdue) {
        return ItemResolvers.locked(
                session,
                Stream.concat(Stream.of(wanted), overdue.stream().map(Redemption::getItemId))
                        .collect(Collectors.toSet()));
    }

    /** What is wanted, after what is overdue has come back. */
    private Item offered(
            Map<UUID, Item> items, UUID wanted, List<Redemption> overdue, Resident redeemer, int quantity) {
        Item item = items.get(wanted);
        if (item == null) {
            throw ApiException.notFound(ItemResolvers.TYPE);
        }
        for (Redemption one : overdue) {
            Objects.requireNonNull(items.get(one.getItemId())).putBack(one.getQuantity());
            one.resolve(RedemptionState.EXPIRED, null, clock.instant());
        }
        requireOffered(item, redeemer, quantity);
        return item;
    }

    /** A shop serves its own village. */
    private static void requireOffered(Item item, Resident redeemer, int quantity) {
        if (!item.village().contains(redeemer.division())) {
            throw ApiException.notFound(ItemResolvers.TYPE);
        }
        if (!item.isActive()) {
            throw new ApiException(PointsError.POINTS_ITEM_INACTIVE);
        }
        if (item.getStock() < quantity) {
            throw new ApiException(PointsError.POINTS_OUT_OF_STOCK, Map.of("stock", item.getStock()));
        }
    }

    private Uni<UUID> handOver(Call call) {
        HandOverInput input = call.input(HandOverInput.class);
        UUID id = input.redemptionId().of(TYPE);
        return database.session(session -> open(session, call.actor(), id)
                .invoke(redemption -> {
                    call.actor().require(PointsPermissions.HAND_OVER, redemption.village());
                    if (redemption.paidBy(call.actor())) {
                        throw new ApiException(PointsError.POINTS_HAND_OVER_OWN);
                    }
                })
                .call(redemption -> codes.require(redemption, input.pickupCode()))
                .invoke(redemption -> redemption.resolve(
                        RedemptionState.HANDED_OVER, call.actor().subject(), clock.instant()))
                .chain(redemption -> ledger.capture(
                        session,
                        redemption.holdId(),
                        particulars(redemption, call.actor().subject())))
                .replaceWith(id));
    }

    private Uni<UUID> cancel(Call call) {
        UUID id = call.input(CancelInput.class).redemptionId().of(TYPE);
        return database.session(session -> open(session, call.actor(), id)
                .chain(redemption -> ItemResolvers.locked(session, redemption.getItemId())
                        .invoke(item -> item.putBack(redemption.getQuantity()))
                        .invoke(() -> redemption.resolve(
                                RedemptionState.CANCELLED, call.actor().subject(), clock.instant()))
                        .chain(() -> ledger.release(
                                session, release(redemption, call.actor().subject()))))
                .replaceWith(id));
    }

    /** The redemption, locked and not resolved yet, if the caller may see it. */
    private static Uni<Redemption> open(Mutiny.Session session, Actor actor, UUID id) {
        return session.find(Redemption.class, id, LockModeType.PESSIMISTIC_WRITE)
                .map(redemption -> {
                    if (redemption == null || !visible(actor, redemption)) {
                        throw ApiException.notFound(TYPE);
                    }
                    if (redemption.getState() != RedemptionState.RESERVED) {
                        throw new ApiException(PointsError.POINTS_REDEMPTION_RESOLVED);
                    }
                    return redemption;
                });
    }

    private Release release(Redemption redemption, @Nullable String by) {
        return new Release(redemption.holdId(), particulars(redemption, by));
    }

    private Particulars particulars(Redemption redemption, @Nullable String by) {
        return new Particulars(
                redemption.village(),
                redemption.getResidentId(),
                redemption.householdId(),
                null,
                null,
                redemption.getItemName() + " × " + redemption.getQuantity(),
                by,
                clock.instant());
    }
}
