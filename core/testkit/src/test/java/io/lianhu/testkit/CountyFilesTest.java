package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

final class CountyFilesTest {

    @Test
    void a_made_county_has_two_of_everything() {
        CountyFiles county = CountyFiles.made("912345", List.of("village-points"));
        assertEquals(List.of("912345100201", "912345100202"), county.villages());
        assertEquals(List.of("912345100201001", "912345100201002"), county.below("912345100201", 15));
        assertEquals(List.of("91234510020200201", "91234510020200202"), county.below("912345100202002", 17));
        Map<String, Object> manifest = new Yaml().load(county.manifestText());
        assertEquals("912345", manifest.get("code"));
        assertEquals(Map.of("village-points", Map.of("enabled", true)), manifest.get("plugins"));
    }

    @Test
    void a_real_county_is_read_from_its_folder_and_its_best_divided_village_comes_first() {
        CountyFiles county =
                CountyFiles.read(Workplace.root().resolve("tenants").resolve("520115"));
        assertEquals("520115", county.code());
        assertEquals("520115101203", county.villages().get(0));
        Map<String, Object> manifest =
                new Yaml().load(county.enabling(List.of()).manifestText());
        assertEquals(Map.of(), manifest.get("plugins"));
        assertEquals(Map.of("zh-CN", "观山湖区", "en", "Guanshanhu District"), manifest.get("name"));
    }
}
