package io.lianhu.server.graphql;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the core, or one version of one plugin, adds to the schema.
 *
 * @param id {@code core} or the plugin's id
 * @param prefix of all its names; empty for the core, which may use any
 * @param sdl its types, and its fields on the types of others
 */
public record Contribution(
        String id, String prefix, String sdl, Bindings bindings, List<Permission> permissions, Messages messages) {

    public static Contribution of(
            String id,
            String prefix,
            String sdl,
            Consumer<GraphqlModule> module,
            List<Permission> permissions,
            Messages messages) {
        Bindings bindings = new Bindings();
        module.accept(bindings);
        return new Contribution(id, prefix, sdl, bindings, List.copyOf(permissions), messages);
    }
}
