package io.lianhu.server.personaldata;

import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;

/** Whether all plugins can be asked on this replica. */
final class PluginsHere {

    private PluginsHere() {}

    /** Fails with {@link IllegalStateException} where a plugin that is installed does not run here, and could not tell what it holds. */
    static Uni<Void> require(Operations operations, PersonalDataOfPlugins.Lease lease) {
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run("select plugin from lianhu_platform.plugin_current"))
                .invoke(rows -> rows.forEach(row -> {
                    if (!lease.running().contains(row.getString(0))) {
                        throw new IllegalStateException(
                                "What " + row.getString(0) + " holds cannot be told: it does not run here");
                    }
                }))
                .replaceWithVoid();
    }
}
