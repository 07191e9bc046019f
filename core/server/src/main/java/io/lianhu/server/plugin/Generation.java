package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.LianhuPlugin;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.PersonalData;
import io.lianhu.sdk.PluginContext;
import io.lianhu.server.event.EventCodec;
import io.lianhu.server.event.Subscribers;
import io.lianhu.server.graphql.Contribution;
import io.lianhu.server.graphql.Engine;
import io.lianhu.server.graphql.Fuse;
import io.lianhu.server.graphql.Messages;
import io.lianhu.server.persistence.EntityStore;
import io.lianhu.server.persistence.FenceException;
import io.lianhu.server.persistence.Migrations;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultPluginManager;
import org.pf4j.JarPluginLoader;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One started version of one plugin: its PF4J manager (which cannot hold two versions of one id), class loader, entities and resolvers.
 * Opened and closed on worker threads; blocks.
 */
final class Generation {

    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final Path jar;
    private final PluginManifest manifest;
    private final String sha256;
    private final OneJar manager;
    private final LianhuPlugin plugin;
    private final EntityStore store;
    private final Contribution contribution;
    private final Fuse fuse;
    private final Map<String, String> migrations;
    private final List<Subscribers.Subscriber> subscribers;
    private final Optional<PersonalData> personalData;
    private final WeakReference<ClassLoader> loader;

    private Generation(
            Path jar,
            PluginManifest manifest,
            String sha256,
            OneJar manager,
            LianhuPlugin plugin,
            EntityStore store,
            Contribution contribution,
            Fuse fuse,
            Map<String, String> migrations,
            List<Subscribers.Subscriber> subscribers,
            Optional<PersonalData> personalData) {
        this.jar = jar;
        this.manifest = manifest;
        this.sha256 = sha256;
        this.manager = manager;
        this.plugin = plugin;
        this.store = store;
        this.contribution = contribution;
        this.fuse = fuse;
        this.migrations = migrations;
        this.subscribers = subscribers;
        this.personalData = personalData;
        this.loader = new WeakReference<>(plugin.getClass().getClassLoader());
    }

    /** Makes what a plugin is given. */
    @FunctionalInterface
    interface Offers {
        PluginContext context(String plugin, EntityStore store, Messages texts);
    }

    /**
     * Loads a version, maps its entities and starts it. Its tables are not touched yet: what is refused, by itself or beside the others,
     * has changed nothing.
     *
     * @param release taken over: its file is deleted when the generation is closed, or cannot be opened
     * @param offers makes the context out of the plugin's id, its own store and its texts
     * @throws PluginFaultsException with every fault; nothing stays loaded then
     */
    static Generation open(Release release, Vertx vertx, Offers offers) {
        Path jar = PluginJar.unpack(release.bytes());
        OneJar manager = new OneJar(jar);
        EntityStore store = null;
        LianhuPlugin started = null;
        try {
            PluginJar content = PluginJar.read(jar);
            PluginManifest manifest = content.manifest();
            LianhuPlugin plugin = manager.load(manifest);
            ClassLoader loader = plugin.getClass().getClassLoader();
            store = EntityStore.open(vertx, loader, plugin.entities(), manifest.schemaName());
            List<Permission> permissions = plugin.permissions();
            Messages texts = Messages.parse(content.chinese(), content.english());
            PluginContext context = offers.context(manifest.id(), store, texts);
            started = plugin; // if it starts by half, it is to stop what it began
            within(loader, () -> plugin.start(context));
            Fuse fuse = new Fuse(manifest.id());
            Contribution contribution = Contribution.of(
                    manifest.id(), manifest.prefix(), content.sdl(), plugin::graphql, permissions, texts, fuse);
            EventCodec codec = new EventCodec();
            List<Subscribers.Subscriber> subscribers = plugin.eventHandlers().stream()
                    .map(handler -> new Subscribers.Subscriber(manifest.id() + "/" + handler.name(), handler, codec))
                    .toList();
            return new Generation(
                    jar,
                    manifest,
                    release.sha256(),
                    manager,
                    plugin,
                    store,
                    contribution,
                    fuse,
                    content.migrations(),
                    subscribers,
                    plugin.personalData());
        } catch (RuntimeException | LinkageError failure) {
            dispose(manager, store, started, jar);
            throw faults(failure);
        }
    }

    private static RuntimeException faults(Throwable failure) {
        if (failure instanceof PluginFaultsException known) {
            return known;
        }
        PluginFaultsException refusal = new PluginFaultsException(List.of("It does not start: " + failure));
        refusal.initCause(failure);
        return refusal;
    }

    /**
     * Brings the version's tables up to date.
     *
     * @throws PluginFaultsException if a script fails, or a table cannot bear the fence; nothing is changed then
     * @throws ApiException {@code PLUGIN_NOT_INSTALLED} if the database does not do its part
     */
    void migrate(Migrations database) {
        try {
            database.migratePlugin(manifest.schemaName(), migrations);
        } catch (FenceException unfit) {
            throw new PluginFaultsException(unfit.faults());
        } catch (IllegalArgumentException faulty) {
            PluginFaultsException refusal =
                    new PluginFaultsException(List.of("It does not migrate: " + faulty.getMessage()));
            refusal.initCause(faulty);
            throw refusal;
        } catch (IllegalStateException | UncheckedIOException away) {
            ApiException unavailable = new ApiException(PluginError.PLUGIN_NOT_INSTALLED);
            unavailable.initCause(away);
            throw unavailable;
        }
    }

    String id() {
        return manifest.id();
    }

    String version() {
        return manifest.version();
    }

    String sha256() {
        return sha256;
    }

    PluginManifest manifest() {
        return manifest;
    }

    Contribution contribution() {
        return contribution;
    }

    Fuse fuse() {
        return fuse;
    }

    List<Subscribers.Subscriber> subscribers() {
        return subscribers;
    }

    Optional<PersonalData> personalData() {
        return personalData;
    }

    /** Empty once the version's classes are gone. */
    WeakReference<ClassLoader> loader() {
        return loader;
    }

    /** What happens by which it is to be told, and under which name. */
    List<RecordedHandler> handlers() {
        return subscribers.stream()
                .map(one -> new RecordedHandler(one.name(), one.handler().type().getName()))
                .toList();
    }

    /** To be called after the last request and event of this version, or if there will be none. */
    void close() {
        dispose(manager, store, plugin, jar);
    }

    private static void dispose(OneJar manager, @Nullable EntityStore store, @Nullable LianhuPlugin started, Path jar) {
        if (started != null) {
            try {
                within(started.getClass().getClassLoader(), started::stop);
            } catch (RuntimeException | LinkageError failure) {
                LOG.warn("A plugin did not stop in order", failure);
            }
        }
        if (store != null) {
            store.close();
        }
        manager.unload();
        Engine.forgetAccessors();
        RecordHandles.forget();
        try {
            Files.deleteIfExists(jar);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What looks up services by the thread's loader is to find the plugin's own, not the host's. */
    private static void within(ClassLoader loader, Runnable call) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            call.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** PF4J, for one jar. */
    private static final class OneJar extends DefaultPluginManager {
        private final Path jar;
        private @Nullable PluginManifest manifest;

        OneJar(Path jar) {
            super(jar.getParent());
            this.jar = jar;
        }

        LianhuPlugin load(PluginManifest known) {
            manifest = known;
            setSystemVersion(SdkVersion.CURRENT); // without it PF4J ignores what the plugin requires
            String id = loadPlugin(jar);
            PluginWrapper wrapper = getPlugin(id);
            if (startPlugin(id) != PluginState.STARTED) {
                if (wrapper.getFailedException() instanceof PluginFaultsException told) {
                    throw told; // PF4J keeps to itself what its factory threw
                }
                throw new PluginFaultsException(
                        List.of("It needs an SDK from " + known.requires().min() + " and below "
                                + known.requires().below() + "; here it is " + SdkVersion.CURRENT));
            }
            return ((Loaded) wrapper.getPlugin()).plugin;
        }

        void unload() {
            for (PluginWrapper wrapper : List.copyOf(getPlugins())) {
                stopPlugin(wrapper.getPluginId());
                unloadPlugin(wrapper.getPluginId());
            }
        }

        @Override
        protected PluginLoader createPluginLoader() {
            return new JarPluginLoader(this) {
                @Override
                protected PluginClassLoader createPluginClassLoader(Path path, PluginDescriptor descriptor) {
                    return new IsolatedClassLoader(pluginManager, descriptor);
                }
            };
        }

        @Override
        protected PluginDescriptorFinder createPluginDescriptorFinder() {
            return new PluginDescriptorFinder() {
                @Override
                public boolean isApplicable(Path path) {
                    return true;
                }

                @Override
                public PluginDescriptor find(Path path) {
                    PluginManifest known = java.util.Objects.requireNonNull(manifest);
                    return new DefaultPluginDescriptor(
                            known.id(),
                            known.name().english(),
                            known.entryPoint(),
                            known.version(),
                            ">=" + known.requires().min() + " & <"
                                    + known.requires().below(),
                            known.vendor(),
                            known.licence());
                }
            };
        }

        @Override
        protected PluginFactory createPluginFactory() {
            return wrapper -> {
                try {
                    Object made = wrapper.getPluginClassLoader()
                            .loadClass(wrapper.getDescriptor().getPluginClass())
                            .getDeclaredConstructor()
                            .newInstance();
                    if (!(made instanceof LianhuPlugin plugin)) {
                        throw new PluginFaultsException(
                                List.of(wrapper.getDescriptor().getPluginClass() + " does not implement LianhuPlugin"));
                    }
                    return new Loaded(plugin);
                } catch (ReflectiveOperationException | LinkageError failure) {
                    PluginFaultsException refusal = new PluginFaultsException(
                            List.of(wrapper.getDescriptor().getPluginClass() + " cannot be made: " + failure));
                    refusal.initCause(failure);
                    throw refusal;
                }
            };
        }
    }

    /** PF4J's plugin, so that the SDK need not know PF4J. */
    private static final class Loaded extends Plugin {
        private final LianhuPlugin plugin;

        Loaded(LianhuPlugin plugin) {
            this.plugin = plugin;
        }
    }
}
