package io.lianhu.server.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginJarTest {

    @TempDir
    Path folder;

    private final Map<String, String> entries = new LinkedHashMap<>(Map.of(
            "lianhu-plugin.yaml", PluginManifestTest.MANIFEST,
            "io/lianhu/points/PointsPlugin.class", "",
            "schema.graphqls", "type PointsAccount",
            "messages_zh_CN.properties", "a=积分",
            "messages_en.properties", "a=points",
            "migrations/", "",
            "migrations/V1__ledger.sql", "create table entry ()",
            "migrations/V1.1__more.sql", "create table more ()",
            "migrations/R__views.sql", "create view ranking as select 1"));

    @Test
    void whatStandsBesideTheClassesIsRead() throws IOException {
        PluginJar jar = PluginJar.read(jar());

        assertEquals("village-points", jar.manifest().id());
        assertEquals("type PointsAccount", jar.sdl());
        assertEquals("a=积分", jar.chinese());
        assertEquals(
                Set.of("V1__ledger.sql", "V1.1__more.sql", "R__views.sql"),
                jar.migrations().keySet());
    }

    @Test
    void aPluginNeedsNothingButItsManifestAndItsClass() throws IOException {
        entries.keySet().retainAll(Set.of("lianhu-plugin.yaml", "io/lianhu/points/PointsPlugin.class"));

        assertEquals("", PluginJar.read(jar()).sdl());
    }

    /** Two copies of a class are two classes: an entity would not be one to Hibernate, nor a Uni one to the host. */
    @Test
    void everyClassThatTheHostGivesIsNamed() throws IOException {
        entries.put("io/smallrye/mutiny/Uni.class", "");
        entries.put("jakarta/persistence/Entity.class", "");
        entries.put("org/hibernate/proxy/HibernateProxy.class", "");
        entries.put("io/lianhu/sdk/casework/CaseClosed.class", "");
        entries.put("com/fasterxml/jackson/databind/ObjectMapper.class", ""); // its own affair

        assertEquals(
                List.of(
                        "io/lianhu/sdk/casework/CaseClosed.class is given by the host: leave it out of the jar",
                        "io/smallrye/mutiny/Uni.class is given by the host: leave it out of the jar",
                        "jakarta/persistence/Entity.class is given by the host: leave it out of the jar",
                        "org/hibernate/proxy/HibernateProxy.class is given by the host: leave it out of the jar"),
                faults());
    }

    @Test
    void aTypingErrorInAFileNameIsNamedRatherThanTheFilePassedOver() throws IOException {
        entries.put("migrations/v2__stock.sql", "");
        entries.put("migrations/V3_stock.sql", "");
        entries.put("migrations/old/V4__stock.sql", "");
        entries.remove("io/lianhu/points/PointsPlugin.class");

        assertEquals(
                List.of(
                        "lianhu-plugin.yaml: the class io.lianhu.points.PointsPlugin is not in the jar",
                        "migrations/V3_stock.sql is not named like a migration, V<n>__<what>.sql",
                        "migrations/old/V4__stock.sql is not named like a migration, V<n>__<what>.sql",
                        "migrations/v2__stock.sql is not named like a migration, V<n>__<what>.sql"),
                faults());
    }

    @Test
    void whatIsNoPluginIsRefused() throws IOException {
        entries.remove("lianhu-plugin.yaml");
        assertEquals(List.of("lianhu-plugin.yaml is missing from the jar"), faults());

        Path text = Files.writeString(folder.resolve("text.jar"), "not a jar at all");
        PluginFaultsException refusal = assertThrows(PluginFaultsException.class, () -> PluginJar.read(text));
        assertTrue(
                refusal.faults().get(0).startsWith("Not a jar"),
                refusal.faults().toString());
    }

    /** A file that unpacks to gigabytes is not read to its end. */
    @Test
    void aTextThatIsTooLongIsRefused() throws IOException {
        entries.put("schema.graphqls", " ".repeat(1024 * 1024 + 1));

        assertEquals(List.of("schema.graphqls is larger than 1 MiB"), faults());
    }

    private List<String> faults() throws IOException {
        Path jar = jar();
        return assertThrows(PluginFaultsException.class, () -> PluginJar.read(jar)).faults().stream()
                .sorted()
                .toList();
    }

    private Path jar() throws IOException {
        Path jar = Files.createTempFile(folder, "plugin", ".jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return jar;
    }
}
