package io.lianhu.testkit;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.LianhuPlugin;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** A plugin's jar, read without a host. */
final class PluginArchive {
    private static final String MANIFEST = "lianhu-plugin.yaml";

    private static final Pattern PEOPLE = Pattern.compile(
            "(?m)^\\s*(?:add column )?((?:[a-z]+_)*(?:resident_id|household_id|subject|earner_id|owner_id|reporter_id))\\s+(?:uuid|text)");

    private final Path jar;
    private final Map<String, Object> manifest;

    PluginArchive(Path jar) {
        this.jar = jar;
        this.manifest = new Yaml().load(text(MANIFEST));
    }

    /** The plugin that Maven packed into the module's {@code target}. */
    static Path built() {
        Path target = Path.of("target").toAbsolutePath();
        try (Stream<Path> files = Files.list(target)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(PluginArchive::isPlugin)
                    .toList();
            if (jars.size() != 1) {
                throw new IllegalStateException("Not one plugin jar in " + target + ", but " + jars
                        + ": package the module first, or override plugin()");
            }
            return jars.get(0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isPlugin(Path file) {
        try (JarFile zip = new JarFile(file.toFile())) {
            return zip.getEntry(MANIFEST) != null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String id() {
        return String.valueOf(manifest.get("id"));
    }

    String prefix() {
        return String.valueOf(manifest.get("prefix"));
    }

    String sdl() {
        return text("schema.graphqls");
    }

    /** Texts of a language, {@code zh_CN} or {@code en}. */
    Properties messages(String language) {
        try {
            Properties messages = new Properties();
            messages.load(new StringReader(text("messages_" + language + ".properties")));
            return messages;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private String text(String name) {
        try (JarFile zip = new JarFile(jar.toFile())) {
            JarEntry entry = zip.getJarEntry(name);
            if (entry == null) {
                return "";
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Which roles hold which of the plugin's own permissions. */
    Map<String, Set<Role>> holders() {
        Map<String, Set<Role>> holders = new TreeMap<>();
        try (URLClassLoader loader = loader()) {
            Object plugin = loader.loadClass(String.valueOf(manifest.get("class")))
                    .getDeclaredConstructor()
                    .newInstance();
            for (Permission permission : ((LianhuPlugin) plugin).permissions()) {
                holders.put(permission.name(), permission.holders());
            }
        } catch (IOException | ReflectiveOperationException failure) {
            throw new IllegalStateException(jar + " has no sound entry class", failure);
        }
        return holders;
    }

    /** The columns of its migrations that name residents, households or subjects. */
    List<String> columnsOfPeople() {
        List<String> columns = new ArrayList<>();
        try (JarFile zip = new JarFile(jar.toFile())) {
            zip.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith("migrations/") && name.endsWith(".sql"))
                    .sorted()
                    .forEach(script ->
                            PEOPLE.matcher(text(script)).results().forEach(found -> columns.add(found.group(1))));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return columns;
    }

    /** Whether it overrides {@link LianhuPlugin#personalData}. */
    boolean tellsPersonalData() {
        try (URLClassLoader loader = loader()) {
            return loader.loadClass(String.valueOf(manifest.get("class")))
                            .getMethod("personalData")
                            .getDeclaringClass()
                    != LianhuPlugin.class;
        } catch (IOException | ReflectiveOperationException failure) {
            throw new IllegalStateException(jar + " has no sound entry class", failure);
        }
    }

    /** The names of all error codes that its enums declare. */
    Set<String> errorCodes() {
        Set<String> codes = new TreeSet<>();
        try (URLClassLoader loader = loader();
                JarFile zip = new JarFile(jar.toFile())) {
            Enumeration<JarEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                if (name.endsWith(".class")) {
                    Class<?> type = Class.forName(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'), false, loader);
                    if (type.isEnum() && ErrorCode.class.isAssignableFrom(type)) {
                        for (Object constant : type.getEnumConstants()) {
                            codes.add(((ErrorCode) constant).name());
                        }
                    }
                }
            }
        } catch (IOException | ClassNotFoundException failure) {
            throw new IllegalStateException("The classes of " + jar + " cannot be read", failure);
        }
        return codes;
    }

    /** The kit's class path, with the SDK, and the jar. */
    private URLClassLoader loader() throws IOException {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginArchive.class.getClassLoader());
    }

    /** Writes the same plugin under another version. */
    Path repack(String version, Path folder) {
        Path copy = folder.resolve(id() + "-" + version + ".jar");
        try (JarFile zip = new JarFile(jar.toFile());
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy))) {
            Enumeration<JarEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                out.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream in = zip.getInputStream(entry)) {
                    out.write(
                            entry.getName().equals(MANIFEST) ? renamed(in.readAllBytes(), version) : in.readAllBytes());
                }
                out.closeEntry();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return copy;
    }

    private static byte[] renamed(byte[] yaml, String version) {
        return new String(yaml, StandardCharsets.UTF_8)
                .replaceFirst("(?m)^version:.*$", "version: \"" + version + "\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The version after one: its last number raised; what follows a hyphen is dropped. */
    static String after(String version) {
        String plain = version.replaceFirst("-.*", "");
        int split = plain.lastIndexOf('.') + 1;
        return plain.substring(0, split) + (Long.parseLong(plain.substring(split)) + 1);
    }
}
