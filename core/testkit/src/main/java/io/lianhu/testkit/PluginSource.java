package io.lianhu.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A plugin as source texts, compiled and packed when the test runs: for plugins with planted faults, in two versions, or with SQL that no
 * honest plugin has. Immutable: each method answers a changed copy, so that a second version is written as a change of the first.
 *
 * <p>Unless changed, the manifest is sound: version 1.0.0, the prefix being the id without hyphens, and the entry class the one that
 * implements {@code LianhuPlugin}.
 */
public final class PluginSource {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package\\s+([\\w.]+)\\s*;");
    private static final Pattern TYPE = Pattern.compile(
            "(?m)^(?:(?:public|final|abstract|sealed|non-sealed|strictfp)\\s+)*(?:class|interface|record|enum|@interface)\\s+(\\w+)");
    private static final LocalDateTime LONG_AGO = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final String MANIFEST = "lianhu-plugin.yaml";

    private final String id;
    private final Map<String, String> manifest;
    private final Map<String, String> sources;
    private final Map<String, String> files;

    private PluginSource(
            String id, Map<String, String> manifest, Map<String, String> sources, Map<String, String> files) {
        this.id = id;
        this.manifest = manifest;
        this.sources = sources;
        this.files = files;
    }

    /** A plugin of that id (kebab-case), without any content yet. */
    public static PluginSource of(String id) {
        Map<String, String> manifest = new TreeMap<>();
        manifest.put("id", id);
        manifest.put("version", "\"1.0.0\"");
        manifest.put("requires", "{ min: \"0.1.0\", below: \"0.2.0\" }");
        manifest.put("prefix", id.replace("-", ""));
        manifest.put("vendor", "Lianhu tests");
        manifest.put("licence", "Apache-2.0");
        manifest.put("name", "{ zh-CN: 测试插件, en: Test plugin }");
        manifest.put("capabilities", "{ reads: [], outboundHosts: [] }");
        return new PluginSource(id, manifest, Map.of(), Map.of());
    }

    public PluginSource version(String version) {
        return manifest("version", '"' + version + '"');
    }

    public PluginSource prefix(String prefix) {
        return manifest("prefix", prefix);
    }

    /** The versions of the SDK that the plugin asks for. */
    public PluginSource requires(String min, String below) {
        return manifest("requires", "{ min: \"" + min + "\", below: \"" + below + "\" }");
    }

    /** Sets a key of the manifest to a value in YAML, as on one line after the colon; an empty value leaves the key out. */
    public PluginSource manifest(String key, String yaml) {
        return new PluginSource(id, with(manifest, key, yaml), sources, files);
    }

    /** Adds a Java source; it is named by the package and the first type that it declares, and replaces one of that name. */
    public PluginSource java(String source) {
        return new PluginSource(id, manifest, with(sources, className(source), source), files);
    }

    /** The text of {@code schema.graphqls}. */
    public PluginSource schema(String sdl) {
        return file("schema.graphqls", sdl);
    }

    /** A migration, by its file name ({@code V1__notes.sql}). */
    public PluginSource migration(String name, String sql) {
        return file("migrations/" + name, sql);
    }

    /** The texts in both languages, as lines of a properties file. */
    public PluginSource messages(String chinese, String english) {
        return file("messages_zh_CN.properties", chinese).file("messages_en.properties", english);
    }

    /** Any other file, by its path in the jar. */
    public PluginSource file(String path, String text) {
        return new PluginSource(id, manifest, sources, with(files, path, text));
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> more = new TreeMap<>(map);
        more.put(key, value);
        return more;
    }

    /**
     * Compiles and packs it.
     *
     * @return {@code <id>-<version>.jar} in that folder
     * @throws IllegalArgumentException with the compiler's words, if it does not compile
     */
    public Path pack(Path folder) {
        Path jar =
                folder.resolve(id + "-" + manifest.getOrDefault("version", "").replace("\"", "") + ".jar");
        try {
            Files.createDirectories(folder);
            Path classes = Files.createTempDirectory(folder, "classes");
            compile(classes);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
                write(out, MANIFEST, manifestText().getBytes(StandardCharsets.UTF_8));
                for (Map.Entry<String, String> file : files.entrySet()) {
                    write(out, file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
                }
                for (Path file : classFiles(classes)) {
                    write(out, classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
            }
            return jar;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String manifestText() {
        Map<String, String> all = new TreeMap<>(manifest);
        sources.forEach((name, source) -> {
            if (source.contains("implements LianhuPlugin")) {
                all.putIfAbsent("class", name);
            }
        });
        StringBuilder yaml = new StringBuilder();
        all.forEach((key, value) -> {
            if (!value.isEmpty()) {
                yaml.append(key).append(": ").append(value).append('\n');
            }
        });
        return yaml.toString();
    }

    private static List<Path> classFiles(Path classes) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void write(JarOutputStream out, String name, byte[] bytes) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(LONG_AGO); // the same sources make the same jar, whoever packs them, and whenever
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }

    private void compile(Path classes) {
        if (sources.isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter words = new StringWriter();
        List<SourceText> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(new SourceText(name, source)));
        boolean compiled = compiler.getTask(
                        words,
                        null,
                        null,
                        List.of(
                                "-d",
                                classes.toString(),
                                "-cp",
                                classPath(),
                                "-proc:none",
                                "-parameters",
                                "--release",
                                "17"),
                        null,
                        units)
                .call();
        if (!compiled) {
            throw new IllegalArgumentException("The plugin " + id + " does not compile:\n" + words);
        }
    }

    /** That of the test, on which the SDK is; Surefire may keep it apart from the JVM's own. */
    private static String classPath() {
        String kept = System.getProperty("surefire.test.class.path", "");
        return kept.isEmpty() ? System.getProperty("java.class.path") : kept;
    }

    static String className(String source) {
        Matcher type = TYPE.matcher(source);
        if (!type.find()) {
            throw new IllegalArgumentException("No type is declared, at the beginning of a line, in:\n" + source);
        }
        Matcher inPackage = PACKAGE.matcher(source);
        return inPackage.find() ? inPackage.group(1) + "." + type.group(1) : type.group(1);
    }

    private static final class SourceText extends SimpleJavaFileObject {
        private final String text;

        SourceText(String name, String text) {
            super(
                    URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension.toLowerCase(Locale.ROOT)),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
