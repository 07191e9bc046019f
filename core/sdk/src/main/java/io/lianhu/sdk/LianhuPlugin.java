package io.lianhu.sdk;

import java.util.List;
import java.util.Optional;

/**
 * A plugin (插件): the one entry type, named by {@code class} in the jar's {@code lianhu-plugin.yaml}. It needs a public constructor
 * without arguments; one instance lives as long as one installed version.
 *
 * <p>Besides this class a plugin jar may hold, at its root: {@code schema.graphqls} (names carry the manifest's prefix),
 * {@code migrations/V<n>__<what>.sql} (run in the plugin's own PostgreSQL schema; only add, since the version before still serves
 * meanwhile) and {@code messages_zh_CN.properties} with {@code messages_en.properties} (the same keys).
 *
 * <p>Migrations name tables without a schema. To every table the host adds the policy that keeps the counties apart, and the right to
 * read, insert, update and delete. A table whose rows are never changed says so: after {@code comment on table points_transfer is
 * 'append-only'} the plugin may read and insert, and the database refuses everything else.
 *
 * <p>Order of calls: the constructor, {@link #entities}, {@link #permissions}, {@link #start}, {@link #graphql},
 * {@link #eventHandlers}, {@link #personalData}; then the migrations run, and then come requests and events. {@link #stop} comes once, after the last request
 * and event of this version has ended; or, without any, if the version is refused after {@link #start} was called.
 *
 * <p>A resolver has five seconds for a call, then its field fails as {@code UNAVAILABLE}, and a mutation is rolled back. A plugin that
 * fails many times in a row, by anything but an {@link ApiException}, is left alone for some seconds.
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

    /** What it holds on people; empty where it holds nothing. Asked for once, after {@link #start}. */
    default Optional<PersonalData> personalData() {
        return Optional.empty();
    }

    /**
     * Called once on a worker thread, before any request; a failure refuses the installation. There is no operation here, and the tables
     * may not be there yet: the database can be used only later, by resolvers and handlers.
     */
    default void start(PluginContext context) {}

    /**
     * Called once on a worker thread, also where {@link #start} has failed half-way: end every thread and timer that {@link #start} began, or the class
     * loader is never freed.
     */
    default void stop() {}
}
