package io.lianhu.server.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PluginManifestTest {

    static final String MANIFEST =
            """
            id: village-points
            version: 1.2.0
            requires: { min: 0.1.0, below: 1.0.0 }
            class: io.lianhu.points.PointsPlugin
            prefix: points
            vendor: Lianhu
            licence: Apache-2.0
            name: { zh-CN: 乡村积分, en: Village points }
            capabilities: { reads: [residents], outboundHosts: [] }
            """;

    @Test
    void aSoundManifestIsReadAndNamesItsSchema() {
        PluginManifest manifest = PluginManifest.parse(MANIFEST);

        assertEquals("plugin_village_points", manifest.schemaName());
        assertEquals(new PluginManifest.Requires("0.1.0", "1.0.0"), manifest.requires());
        assertEquals("乡村积分", manifest.name().chinese());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vendor: Lianhu | vender: Lianhu | 'vender'",
                "vendor: Lianhu | vender: Lianhu | 'vendor'",
                "below: 1.0.0 | until: 1.0.0 | 'below'",
                "id: village-points | id: Village_Points | $.id",
                "version: 1.2.0 | version: 1.2 | $.version",
                "prefix: points | prefix: Points | $.prefix",
                "class: io.lianhu.points.PointsPlugin | class: PointsPlugin | $.class",
                "reads: [residents] | reads: [resident] | $.capabilities.reads[0]",
                "vendor: Lianhu | id: another | Duplicate field 'id'"
            })
    void aTypingErrorIsNamed(String sound, String faulty, String named) {
        assertTrue(MANIFEST.contains(sound), sound);

        List<String> faults = faults(MANIFEST.replace(sound, faulty));

        assertTrue(faults.toString().contains(named), faults.toString());
        assertTrue(faults.stream().allMatch(fault -> fault.startsWith("lianhu-plugin.yaml: ")), faults.toString());
    }

    @Test
    void everyFaultIsToldAtOnceAndNothingIsAFaultToo() {
        assertEquals(
                3,
                faults(MANIFEST.replace("vendor:", "vender:").replace("1.2.0", "one"))
                        .size());
        for (String nothing : List.of("", "text", "[]", "{}", "a: b: c")) {
            assertTrue(!faults(nothing).isEmpty(), nothing);
        }
    }

    private static List<String> faults(String yaml) {
        return assertThrows(PluginFaultsException.class, () -> PluginManifest.parse(yaml))
                .faults();
    }
}
