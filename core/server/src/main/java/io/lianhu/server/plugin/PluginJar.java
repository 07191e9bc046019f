package io.lianhu.server.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What stands in a plugin's jar besides its classes.
 *
 * @param migrations by file name
 */
record PluginJar(PluginManifest manifest, String sdl, Map<String, String> migrations, String chinese, String english) {

    private static final int MAX_TEXT = 1024 * 1024;

    /**
     * Reads a jar. Blocks.
     *
     * @throws PluginFaultsException if it is no plugin, or bundles what the host must give
     */
    static PluginJar read(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            PluginManifest manifest = PluginManifest.parse(text(zip, PluginManifest.FILE, true));
            List<String> faults = new ArrayList<>();
            Map<String, String> migrations = new TreeMap<>();
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                if (name.matches("migrations/(V[0-9]+([._][0-9]+)*|R)__[^/]+\\.sql")) {
                    migrations.put(name.substring("migrations/".length()), text(zip, name, true));
                } else if (name.startsWith("migrations/") && !name.endsWith("/")) {
                    faults.add(name + " is not named like a migration, V<n>__<what>.sql");
                } else if (name.endsWith(".class") && IsolatedClassLoader.isShared(name.replace('/', '.'))) {
                    faults.add(name + " is given by the host: leave it out of the jar");
                }
            }
            if (zip.getEntry(manifest.entryPoint().replace('.', '/') + ".class") == null) {
                faults.add(PluginManifest.FILE + ": the class " + manifest.entryPoint() + " is not in the jar");
            }
            if (!faults.isEmpty()) {
                throw new PluginFaultsException(faults.subList(0, Math.min(20, faults.size())));
            }
            return new PluginJar(
                    manifest,
                    text(zip, "schema.graphqls", false),
                    migrations,
                    text(zip, "messages_zh_CN.properties", false),
                    text(zip, "messages_en.properties", false));
        } catch (ZipException malformed) {
            throw new PluginFaultsException(List.of("Not a jar: " + malformed.getMessage()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String text(ZipFile zip, String name, boolean required) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            if (required) {
                throw new PluginFaultsException(List.of(name + " is missing from the jar"));
            }
            return "";
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_TEXT + 1);
            if (bytes.length > MAX_TEXT) {
                throw new PluginFaultsException(List.of(name + " is larger than 1 MiB"));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Writes a jar's bytes where a class loader can open them. Blocks. */
    static Path unpack(byte[] bytes) {
        try {
            Path jar = Files.createTempFile("lianhu-plugin", ".jar");
            Files.write(jar, bytes);
            return jar;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
