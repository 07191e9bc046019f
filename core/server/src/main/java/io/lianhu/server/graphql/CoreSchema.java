package io.lianhu.server.graphql;

import io.lianhu.sdk.Permission;
import io.lianhu.server.feature.CoreFeature;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The core's own contributions: its features, put together per kind of host. */
@Singleton
public class CoreSchema {

    private final List<CoreFeature> features;

    CoreSchema(@All List<CoreFeature> features) {
        this.features = features;
    }

    /** What every county has. */
    public Contribution county() {
        return contribution(CoreFeature.Side.COUNTY);
    }

    /** What the operator works with, on the platform's own host. */
    public Contribution platform() {
        return contribution(CoreFeature.Side.PLATFORM);
    }

    private Contribution contribution(CoreFeature.Side side) {
        List<CoreFeature> served =
                features.stream().filter(feature -> feature.side() == side).toList();
        StringBuilder sdl = new StringBuilder(resource("schema/base.graphqls"));
        List<Permission> permissions = new ArrayList<>();
        for (CoreFeature feature : served) {
            sdl.append('\n').append(resource("schema/" + feature.schema() + ".graphqls"));
            permissions.addAll(feature.permissions());
        }
        Contribution contribution = Contribution.of(
                "core",
                "",
                sdl.toString(),
                module -> served.forEach(feature -> feature.bind(module)),
                permissions,
                texts());
        served.forEach(feature -> feature.subscriptions()
                .forEach((field, subscription) -> contribution.bindings().subscription(field, subscription)));
        return contribution;
    }

    /** The core's own texts. */
    public static Messages texts() {
        return Messages.parse(resource("messages_zh_CN.properties"), resource("messages_en.properties"));
    }

    private static String resource(String name) {
        try (InputStream in = CoreSchema.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("Missing " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
