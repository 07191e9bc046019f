package io.lianhu.points.shop;

import io.lianhu.points.Pages;
import io.lianhu.points.PointsPermissions;
import io.lianhu.points.Texts;
import io.lianhu.points.Villages;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.PluginContext;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The goods of a village's shop. */
public final class ItemResolvers {

    static final String TYPE = "PointsItem";

    private static final int MOST_PRICE = 100_000;
    private static final int MOST_STOCK = 1_000_000;

    private final Database database;
    private final Villages villages;
    private final Clock clock;

    ItemResolvers(PluginContext context) {
        this.database = context.database();
        this.villages = new Villages(context.divisions());
        this.clock = context.clock();
    }

    /** {@code PointsItemSaveInput}. */
    public record ItemInput(
            @Nullable GlobalId id,
            @Nullable GlobalId villageId,
            String name,
            @Nullable String description,
            int price,
            @Nullable Integer stock,
            @Nullable Boolean active,
            @Nullable Integer version) {

        public ItemInput {
            name = Texts.bounded("name", name, 60);
            if (description != null) {
                Texts.atMost("description", description, 500);
            }
            if (price < 1 || price > MOST_PRICE) {
                throw ApiException.invalid("price");
            }
            if (stock != null && (stock < 0 || stock > MOST_STOCK)) {
                throw ApiException.invalid("stock");
            }
        }
    }

    void bind(GraphqlModule module) {
        module.query("pointsItems", this::items)
                .mutation("pointsItemSave", this::save)
                .node(TYPE, this::load);
    }

    /** Whether the actor may look at the goods by their id; those not on offer too, since old redemptions lead to them. */
    static boolean visible(Actor actor, Item item) {
        return Villages.visible(actor, PointsPermissions.READ, item.village());
    }

    private Uni<Connection<Item>> items(Call call) {
        PageRequest page = call.page();
        return villages.of(call).chain(village -> {
            Villages.requireVisible(call.actor(), PointsPermissions.READ, village);
            boolean manages = call.actor().may(PointsPermissions.MANAGE, village);
            return database.session(session -> session.createSelectionQuery(
                                    "from Item i where i.village = :village and i.id < :before and (i.active = true or :all = true)"
                                            + " order by i.id desc",
                                    Item.class)
                            .setParameter("village", village.value())
                            .setParameter("before", Pages.before(page))
                            .setParameter("all", manages)
                            .setMaxResults(page.limit())
                            .getResultList())
                    .map(rows -> Connection.of(rows, page, Item::getId));
        });
    }

    private Uni<Map<UUID, Item>> load(Set<UUID> ids, Call call) {
        return database.session(session -> session.createSelectionQuery("from Item i where i.id in :ids", Item.class)
                        .setParameter("ids", ids)
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(item -> visible(call.actor(), item))
                        .collect(Collectors.toMap(Item::getId, Function.identity())));
    }

    private Uni<UUID> save(Call call) {
        ItemInput input = call.input(ItemInput.class);
        GlobalId id = input.id();
        return id == null ? make(call, input) : change(call, id.of(TYPE), input);
    }

    private Uni<UUID> make(Call call, ItemInput input) {
        GlobalId village = input.villageId();
        if (village == null) {
            throw ApiException.invalid("villageId");
        }
        return villages.of(village.of("Division")).chain(code -> {
            call.actor().require(PointsPermissions.MANAGE, code);
            Item item = new Item(code);
            describe(item, input, call.actor());
            return database.session(session -> session.persist(item).map(persisted -> item.getId()));
        });
    }

    private Uni<UUID> change(Call call, UUID id, ItemInput input) {
        return database.session(session -> locked(session, id).map(item -> {
            if (!visible(call.actor(), item)) {
                throw ApiException.notFound(TYPE);
            }
            call.actor().require(PointsPermissions.MANAGE, item.village());
            requireRead(item, input);
            describe(item, input, call.actor());
            return id;
        }));
    }

    /** What was counted is true of the stock that was read: a redemption meanwhile would be undone by it. */
    private static void requireRead(Item item, ItemInput input) {
        Integer read = input.version();
        if (read == null && input.stock() != null) {
            throw ApiException.invalid("version");
        }
        if (read != null && read != item.getVersion()) {
            throw ApiException.conflict(TYPE);
        }
    }

    private void describe(Item item, ItemInput input, Actor actor) {
        item.describe(
                input.name(),
                Objects.requireNonNullElse(input.description(), ""),
                input.price(),
                Objects.requireNonNullElse(input.active(), true),
                actor.subject(),
                clock.instant());
        Integer counted = input.stock();
        if (counted != null) {
            item.count(counted);
        }
    }

    /** Several goods, locked by ascending id. */
    static Uni<Map<UUID, Item>> locked(Mutiny.Session session, Set<UUID> ids) {
        return session.createSelectionQuery("from Item i where i.id in :ids order by i.id", Item.class)
                .setParameter("ids", ids)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(Item::getId, Function.identity())));
    }

    /** The goods, for a change of their stock; {@code NOT_FOUND} where there are none. */
    static Uni<Item> locked(Mutiny.Session session, UUID id) {
        return session.find(Item.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> ApiException.notFound(TYPE));
    }
}
