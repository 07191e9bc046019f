package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import graphql.language.EnumTypeDefinition;
import graphql.parser.Parser;
import io.lianhu.sdk.LianhuPlugin;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

final class PluginFilesTest {

    @Test
    void there_are_exactly_the_texts_that_are_asked_for() {
        Set<String> expected = Stream.of(
                        Stream.of(PointsError.values()).map(error -> "error." + error.name()),
                        PointsPermissions.ALL.stream().map(permission -> "permission." + permission.name()),
                        new Parser()
                                        .parseDocument(PluginFiles.text("schema.graphqls"))
                                        .getDefinitionsOfType(EnumTypeDefinition.class)
                                        .stream()
                                        .flatMap(type -> type.getEnumValueDefinitions().stream()
                                                .map(value -> "enum." + type.getName() + "." + value.getName())))
                .flatMap(names -> names)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, new TreeSet<>(PluginFiles.messages("zh_CN").stringPropertyNames()));
    }

    @Test
    void the_manifest_says_what_the_plugin_is() throws ReflectiveOperationException {
        Map<String, Object> manifest = new Yaml().load(PluginFiles.text("lianhu-plugin.yaml"));
        assertEquals(
                Set.of("id", "version", "requires", "class", "prefix", "vendor", "licence", "name", "capabilities"),
                manifest.keySet());
        assertEquals("village-points", manifest.get("id"));
        assertTrue(manifest.get("version").toString().matches("\\d+\\.\\d+\\.\\d+.*"), "filtered from the pom");
        assertEquals(Map.of("min", "0.1.0", "below", "0.2.0"), manifest.get("requires"));
        assertEquals("points", manifest.get("prefix"));
        assertEquals(Map.of("zh-CN", "村级积分", "en", "Village points"), manifest.get("name"));
        assertEquals(
                Map.of("reads", List.of("residents", "households", "divisions", "cases"), "outboundHosts", List.of()),
                manifest.get("capabilities"));
        Class<?> entry = Class.forName(manifest.get("class").toString());
        assertTrue(LianhuPlugin.class.isInstance(entry.getConstructor().newInstance()));
    }
}
