package io.lianhu.sdk;

import java.util.List;

/**
 * A plugin (插件): the one entry type, named by {@code class} in the jar's {@code lianhu-plugin.yaml}. It needs a public constructor
 * without arguments; one instance lives as long as one installed version.
 *
 * <p>Besides this class a plugin jar may hold, at its root: {@code schema.graphqls} (names carry the manifest's prefix),
 * {@code migrations/V<n>__<what>.sql} (run in the plugin's own PostgreSQL schema; only add, since the version before still serves
 * meanwhile) and {@code messages_zh_CN.properties} with {@code messages_en.properties} (the same keys).
 *
 * <p>Order of calls: {@link #entities}, {@link #permissions}, {@link #start}, {@link #graphql}, {@link #eventHandlers}, then requests;
 * {@link #stop} once, after the last request and event of this version has ended.
 */
public interface LianhuPlugin {

    /** The JPA entities, each with a {@code @TenantId} text property; an entity left out here is not mapped. */
    default List<Class<?>> entities() {
        return List.of();
    }

    /** What this plugin's fields may ask for in {@code @permission}, and who holds it. */
    default List<Permission> permissions() {
        return List.of();
    }

    /** Resolvers of the fields in {@code schema.graphqls}; a field without one reads the property of its name. */
    default void graphql(GraphqlModule module) {}

    /** What happens on events of the core, of other plugins or of this one. */
    default List<EventHandler<?>> eventHandlers() {
        return List.of();
    }

    /** Called once on a worker thread, before any request; a failure refuses the installation. */
    default void start(PluginContext context) {}

    /** Called once on a worker thread: end every thread and timer that {@link #start} began, or the class loader is never freed. */
    default void stop() {}
}
