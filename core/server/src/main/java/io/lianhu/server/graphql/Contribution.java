package io.lianhu.server.graphql;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the core, or one version of one plugin, adds to the schema.
 *
 * @param id {@code core} or the plugin's id
 * @param prefix of all its names; empty for the core, which may use any
 * @param sdl its types, and its fields on the types of others
 */
public record Contribution(
        String id, String prefix, String sdl, Bindings bindings, List<Permission> permissions, Messages messages) {

    /** What the core adds: its calls are its own to bound. */
    static Contribution of(
            String id,
            String prefix,
            String sdl,
            Consumer<GraphqlModule> module,
            List<Permission> permissions,
            Messages messages) {
        return of(id, prefix, sdl, module, permissions, messages, null);
    }

    /**
     * What a plugin adds.
     *
     * @param fuse keeps its resolvers within bounds
     */
    public static Contribution of(
            String id,
            String prefix,
            String sdl,
            Consumer<GraphqlModule> module,
            List<Permission> permissions,
            Messages messages,
            @Nullable Fuse fuse) {
        Bindings bindings = new Bindings(fuse);
        module.accept(bindings);
        return new Contribution(id, prefix, sdl, bindings, List.copyOf(permissions), messages);
    }
}
