package io.lianhu.points.ledger;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PluginContext;

/** The ledger's fields. */
public final class LedgerResolvers {

    private final PluginContext context;
    private final Ledger ledger;

    public LedgerResolvers(PluginContext context, Ledger ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    /** Binds them. */
    public void bind(GraphqlModule module) {
        new AccountResolvers(context).bind(module);
        new TransferResolvers(context, ledger).bind(module);
        new RankingResolvers(context).bind(module);
        new LedgerCheckResolvers(context.database()).bind(module);
    }
}
