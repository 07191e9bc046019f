package io.lianhu.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** A county as data: what stands in its folder under {@code tenants}. */
record CountyFiles(Map<String, Object> manifest, String divisions, String grids) {
    private static final String DIVISIONS = "code,name,register_name";
    private static final String GRIDS = "village_code,code,kind,name";
    private static final List<String> NUMERALS = List.of("一", "二");

    /** A county that is nowhere: one town, two villages, each of two grids, each of two groups. */
    static CountyFiles made(String code, Collection<String> plugins) {
        StringBuilder divisions = new StringBuilder(DIVISIONS + "\n");
        StringBuilder grids = new StringBuilder(GRIDS + "\n");
        String town = code + "100";
        divisions.append(code).append(",测试县,测试县\n");
        divisions.append(town).append(",测试镇,测试镇\n");
        for (int v = 0; v < 2; v++) {
            String village = town + "20" + (v + 1);
            divisions.append(village).append(",测试" + NUMERALS.get(v) + "村,测试" + NUMERALS.get(v) + "村委会\n");
            for (int g = 0; g < 2; g++) {
                String grid = village + "00" + (g + 1);
                grids.append(village + "," + grid + ",GRID,第" + NUMERALS.get(g) + "网格\n");
                for (int n = 0; n < 2; n++) {
                    grids.append(village + "," + grid + "0" + (n + 1) + ",GROUP,第" + NUMERALS.get(n) + "联户组\n");
                }
            }
        }
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("code", code);
        manifest.put("name", Map.of("zh-CN", "测试县", "en", "Test County " + code));
        manifest.put("province", "测试省");
        manifest.put("city", "测试市");
        manifest.put("hosts", List.of());
        manifest.put("languages", List.of("zh-CN", "en"));
        manifest.put("timezone", "Asia/Shanghai");
        manifest.put(
                "brand", Map.of("product", Map.of("zh-CN", "测试联户", "en", "Test Lianhu"), "primaryColor", "#0B6E4F"));
        return new CountyFiles(manifest, divisions.toString(), grids.toString())
                .limiting(60_000, 6_000_000)
                .enabling(plugins);
    }

    static CountyFiles read(Path folder) {
        try {
            Path grids = folder.resolve("grids.csv");
            return new CountyFiles(
                    new Yaml().load(Files.readString(folder.resolve("tenant.yaml"))),
                    Files.readString(folder.resolve("divisions.csv")),
                    Files.exists(grids) ? Files.readString(grids) : "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The same county with exactly these plugins. */
    CountyFiles enabling(Collection<String> plugins) {
        Map<String, Object> choices = new LinkedHashMap<>();
        plugins.forEach(plugin -> choices.put(plugin, Map.of("enabled", true)));
        return with("plugins", choices);
    }

    /** The same county with these limits of requests per minute. */
    CountyFiles limiting(int perClient, int perCounty) {
        return with("limits", Map.of("requestsPerMinutePerClient", perClient, "requestsPerMinute", perCounty));
    }

    private CountyFiles with(String key, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(manifest);
        changed.put(key, value);
        return new CountyFiles(changed, divisions, grids);
    }

    String code() {
        return String.valueOf(manifest.get("code"));
    }

    /** JSON, which is YAML too. */
    String manifestText() {
        try {
            return new ObjectMapper().writeValueAsString(manifest);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The codes of the villages: those that have groups, then those that have grids alone, then the others. */
    List<String> villages() {
        return column(divisions, 0)
                .filter(code -> code.length() == 12)
                .sorted(Comparator.comparing(
                                (String village) -> below(village, 17).isEmpty())
                        .thenComparing(village -> below(village, 15).isEmpty()))
                .toList();
    }

    /** The codes of the given length (15 for grids, 17 for groups) that lie in a division. */
    List<String> below(String division, int length) {
        return column(grids, 1)
                .filter(code -> code.length() == length && code.startsWith(division))
                .toList();
    }

    private static Stream<String> column(String csv, int column) {
        return csv.lines().skip(1).filter(line -> !line.isBlank()).map(line -> line.split(",", -1)[column]);
    }
}
