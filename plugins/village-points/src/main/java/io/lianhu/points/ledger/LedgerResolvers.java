package io.lianhu.points.ledger;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PluginContext;

/** The ledger's fields. */
public final class LedgerResolvers {

    private final PluginContext context;

    public LedgerResolvers(PluginContext context) {
        this.context = context;
    }

    /** Binds them. */
    public void bind(GraphqlModule module) {
        new AccountResolvers(context).bind(module);
        new TransferResolvers(context, new Ledger(context.clock())).bind(module);
        new RankingResolvers(context).bind(module);
        new LedgerCheckResolvers(context.database()).bind(module);
    }
}
