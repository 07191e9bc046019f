package io.lianhu.points.shop;

import io.lianhu.points.ledger.Ledger;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PluginContext;

/** The shop's fields. */
public final class ShopResolvers {

    private final PluginContext context;
    private final Ledger ledger;

    public ShopResolvers(PluginContext context, Ledger ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    /** Binds them. */
    public void bind(GraphqlModule module) {
        new ItemResolvers(context).bind(module);
        new RedemptionResolvers(context, ledger).bind(module);
    }
}
