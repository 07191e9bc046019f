package io.lianhu.server.plugin;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.operate.Operators;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The plugins, for the operator. */
@Singleton
class PluginFeature implements CoreFeature {

    private final Provider<PluginHost> host;
    private final Provider<PluginCatalogue> catalogue;
    private final Operators operators;

    PluginFeature(Provider<PluginHost> host, Provider<PluginCatalogue> catalogue, Operators operators) {
        this.host = host;
        this.catalogue = catalogue;
        this.operators = operators;
    }

    @Override
    public Side side() {
        return Side.PLATFORM;
    }

    @Override
    public String schema() {
        return "plugin";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Plugin", this::load)
                .query("plugins", call -> Uni.createFrom().item(views(call.locale())))
                .query("pluginsLingering", call -> Uni.createFrom()
                        .item(host.get().lingering()))
                .mutation("pluginInstall", this::install);
    }

    /** A plugin as the schema has it. */
    public record View(UUID id, String name, String version, String title, String vendor) {
        static View of(PluginManifest manifest, Locale locale) {
            return new View(
                    idOf(manifest.id()),
                    manifest.id(),
                    manifest.version(),
                    locale.getLanguage().equals("en")
                            ? manifest.name().english()
                            : manifest.name().chinese(),
                    manifest.vendor());
        }
    }

    private static UUID idOf(String plugin) {
        return UUID.nameUUIDFromBytes(("plugin " + plugin).getBytes(StandardCharsets.UTF_8));
    }

    private List<View> views(Locale locale) {
        return host.get().generations().values().stream()
                .map(generation -> View.of(generation.manifest(), locale))
                .toList();
    }

    private Uni<Map<UUID, View>> load(Set<UUID> ids, Call call) {
        List<View> all = call.actor().may(Operators.OPERATE) ? views(call.locale()) : List.of();
        return Uni.createFrom()
                .item(all.stream()
                        .filter(view -> ids.contains(view.id()))
                        .collect(Collectors.toMap(View::id, view -> view)));
    }

    /** The input of an installation. */
    record InstallInput(String file) {}

    private Uni<UUID> install(Call call) {
        operators.requireSecondFactor();
        return catalogue
                .get()
                .install(call.input(InstallInput.class).file(), call.actor().subject())
                .map(manifest -> idOf(manifest.id()));
    }
}
