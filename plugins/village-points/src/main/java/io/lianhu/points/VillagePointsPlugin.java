package io.lianhu.points;

import io.lianhu.points.ledger.Account;
import io.lianhu.points.ledger.Hold;
import io.lianhu.points.ledger.Ledger;
import io.lianhu.points.ledger.LedgerResolvers;
import io.lianhu.points.ledger.MergeHandler;
import io.lianhu.points.ledger.Reversal;
import io.lianhu.points.ledger.Transfer;
import io.lianhu.points.rules.CaseHandler;
import io.lianhu.points.rules.CaseRound;
import io.lianhu.points.rules.PastTerms;
import io.lianhu.points.rules.Rule;
import io.lianhu.points.rules.RuleResolvers;
import io.lianhu.points.shop.Item;
import io.lianhu.points.shop.Redemption;
import io.lianhu.points.shop.ShopResolvers;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.LianhuPlugin;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.PersonalData;
import io.lianhu.sdk.PluginContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Village points (村级积分): what this plugin adds to a county, on one page. */
public final class VillagePointsPlugin implements LianhuPlugin {

    private @Nullable PluginContext context;
    private @Nullable Ledger ledger;

    @Override
    public List<Class<?>> entities() {
        return List.of(
                Account.class,
                Transfer.class,
                Reversal.class,
                Hold.class,
                Rule.class,
                PastTerms.class,
                CaseRound.class,
                Item.class,
                Redemption.class);
    }

    @Override
    public List<Permission> permissions() {
        return PointsPermissions.ALL;
    }

    @Override
    public void start(PluginContext started) {
        context = started;
        ledger = new Ledger(started.clock());
    }

    @Override
    public void graphql(GraphqlModule module) {
        new LedgerResolvers(context(), ledger()).bind(module);
        new RuleResolvers(context(), ledger()).bind(module);
        new ShopResolvers(context(), ledger()).bind(module);
    }

    @Override
    public List<EventHandler<?>> eventHandlers() {
        return Stream.concat(
                        new CaseHandler(context(), ledger()).handlers().stream(),
                        new MergeHandler(context()).handlers().stream())
                .toList();
    }

    @Override
    public Optional<PersonalData> personalData() {
        return Optional.of(new HeldOnPeople(context().database()));
    }

    private PluginContext context() {
        return started(context);
    }

    private Ledger ledger() {
        return started(ledger);
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("The plugin has not been started");
        }
        return part;
    }
}
