package io.lianhu.server.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CountyTest {

    private static final Path TENANTS = Path.of(System.getProperty("lianhu.root"), "tenants");

    private static final String MANIFEST =
            """
            code: "520115"
            name: { zh-CN: 观山湖区, en: Guanshanhu District }
            province: 贵州省
            city: 贵阳市
            hosts: [lianhu.example.com]
            languages: [zh-CN, en]
            timezone: Asia/Shanghai
            brand:
              product: { zh-CN: 观山湖联户, en: Guanshanhu Lianhu }
              primaryColor: "#0B6E4F"
            plugins:
              village-points: { enabled: true }
              youth-housing: { enabled: false, settings: { days: 3 } }
            limits: {}
            """;

    private static final String DIVISIONS =
            """
            code,name,register_name
            520115,观山湖区,观山湖区
            520115101,朱昌镇,朱昌镇
            520115101203,高寨村,高寨村委会
            """;

    private static final String GRIDS =
            """
            village_code,code,kind,name
            520115101203,520115101203001,GRID,第一网格
            520115101203,52011510120300101,GROUP,第一联户组
            """;

    @TestFactory
    Stream<DynamicTest> everyCountyOfOursIsSound() throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(TENANTS)) {
            folders = entries.filter(entry -> entry.getFileName().toString().matches("[0-9]{6}"))
                    .sorted()
                    .toList();
        }
        assertTrue(folders.size() >= 99, folders.size() + " counties");
        Set<String> hosts = new HashSet<>();
        return folders.stream()
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
                    County county = County.read(folder);
                    assertEquals(
                            folder.getFileName().toString(), county.manifest().code());
                    assertEquals(
                            county.manifest().code(), county.divisions().get(0).code());
                    assertEquals(
                            county.manifest().name().chinese(),
                            county.divisions().get(0).name());
                    county.manifest().hosts().forEach(host -> assertTrue(hosts.add(host), host + " stands twice"));
                }));
    }

    @Test
    void aCountyIsReadWithItsDivisionsInOrderAndKeptAsJson() {
        County county = County.parse(MANIFEST, DIVISIONS, GRIDS);

        assertEquals(
                List.of("520115", "520115101", "520115101203", "520115101203001", "52011510120300101"),
                county.divisions().stream().map(County.DivisionRow::code).toList());
        assertEquals(Set.of("village-points"), county.manifest().enabledPlugins());
        assertEquals(600, county.manifest().limits().perClient());
        assertEquals(county.manifest(), County.read(county.manifestJson()));
    }

    /** A copied folder, applied, would take the place of the county that it was copied from, and end its villages. */
    @Test
    void aFolderThatDoesNotBearTheCountysCodeIsRefused(@TempDir Path scratch) throws IOException {
        Path copy = Files.createDirectory(scratch.resolve("520116"));
        Files.writeString(copy.resolve("tenant.yaml"), MANIFEST);
        Files.writeString(copy.resolve("divisions.csv"), DIVISIONS);
        ApiException refusal = assertThrows(ApiException.class, () -> County.read(copy));
        assertEquals(TenantError.TENANT_MANIFEST_INVALID, refusal.code());
        assertTrue(refusal.getMessage().contains("520116"), refusal::getMessage);

        assertEquals(
                "520115",
                County.read(Files.move(copy, scratch.resolve("520115")))
                        .manifest()
                        .code());
    }

    /** What somebody wrote into the registry by hand must not be taken for a county without hosts, or without plugins. */
    @Test
    void aKeptManifestThatLacksAPartIsUnreadable() {
        assertThrows(ApiException.class, () -> County.read("{}"));
    }

    /** A county is applied again when, and only when, its digest has changed. */
    @Test
    void theDigestFollowsEveryFile() {
        String digest = County.parse(MANIFEST, DIVISIONS, GRIDS).digest();

        assertEquals(
                digest,
                County.parse("# said otherwise\n" + MANIFEST, DIVISIONS, GRIDS).digest());
        assertNotEquals(
                digest,
                County.parse(MANIFEST.replace("高寨", "低寨") + "\n", DIVISIONS + "520115102,百花湖镇,百花湖镇\n", GRIDS)
                        .digest());
        assertNotEquals(
                digest,
                County.parse(MANIFEST, DIVISIONS, GRIDS.replace("第一联户组", "第二联户组"))
                        .digest());
        assertNotEquals(
                digest,
                County.parse(MANIFEST.replace("true", "false"), DIVISIONS, GRIDS)
                        .digest());
    }

    @Test
    void linesMayEndAsWindowsEndsThem() {
        assertEquals(
                County.parse(MANIFEST, DIVISIONS, GRIDS).divisions(),
                County.parse(MANIFEST, DIVISIONS.replace("\n", "\r\n"), GRIDS.replace("\n", "\r\n"))
                        .divisions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "code: \"520115\" | code: 520115 | code: integer found",
                "code: \"520115\" | code: \"5201\" | code: does not match",
                "limits: {} | limts: {} | 'limts'",
                "limits: {} | limits: { requestsPerMinute: 99 } | minimum value of 100",
                "limits: {} | limits: { requestsPerMinute: many } | string found, integer expected",
                "languages: [zh-CN, en] | languages: [fr] | languages[0]",
                "languages: [zh-CN, en] | languages: [] | at least 1 items",
                "hosts: [lianhu.example.com] | hosts: ['https://lianhu.example.com'] | hosts[0]",
                "hosts: [lianhu.example.com] | hosts: [a.example.com, a.example.com] | unique",
                "timezone: Asia/Shanghai | timezone: Europe/Paris | timezone",
                "'\"#0B6E4F\"' | green | primaryColor",
                "village-points: { enabled: true } | Village_Points: { enabled: true } | Village_Points",
                "village-points: { enabled: true } | village-points: { on: true } | enabled",
                "province: 贵州省 | '' | 'province'",
                "city: 贵阳市 | province: 四川省 | Duplicate field 'province'",
                "limits: {} | 'limits: {' | expected"
            })
    void aFaultInTheManifestIsNamed(String sound, String faulty, String named) {
        assertTrue(MANIFEST.contains(sound), sound);

        List<?> faults = faults(
                TenantError.TENANT_MANIFEST_INVALID,
                () -> County.parse(MANIFEST.replace(sound, faulty), DIVISIONS, GRIDS));

        assertTrue(faults.toString().contains(named), faults.toString());
    }

    @Test
    void everyFaultOfTheManifestIsToldAtOnce() {
        String faulty =
                MANIFEST.replace("#0B6E4F", "green").replace("Asia/", "").replace("city", "town");

        assertEquals(
                4,
                faults(TenantError.TENANT_MANIFEST_INVALID, () -> County.parse(faulty, DIVISIONS, GRIDS))
                        .size());
    }

    @Test
    void anEmptyManifestIsOneToo() {
        for (String nothing : List.of("", "---\n", "just a text", "[]", "{}")) {
            faults(TenantError.TENANT_MANIFEST_INVALID, () -> County.parse(nothing, DIVISIONS, GRIDS));
        }
    }

    @Test
    void faultsOfDivisionsAreNamedAllAtOnce() {
        String faulty = DIVISIONS
                + """
                520115103004,无镇村,无镇村委会
                420602001,外县街道,外县街道
                5201150,七位,七位
                520115104,,
                520115101,又是朱昌镇,又是朱昌镇
                """;

        assertEquals(
                List.of(
                        "520115103004 comes before, or without, 520115103",
                        "420602001 is not a division of 520115",
                        "5201150 is not a division of 520115",
                        "520115104 has no name",
                        "520115101 stands twice"),
                faults(TenantError.TENANT_DIVISIONS_INVALID, () -> County.parse(MANIFEST, faulty, "")));
    }

    @Test
    void filesThatAreNotWhatTheySayAreRefused() {
        assertEquals(
                List.of("The header is not code,name,register_name"),
                faults(TenantError.TENANT_DIVISIONS_INVALID, () -> County.parse(MANIFEST, GRIDS, "")));
        assertEquals(
                List.of("Not 3 columns: 520115101203,高寨村"),
                faults(
                        TenantError.TENANT_DIVISIONS_INVALID,
                        () -> County.parse(MANIFEST, DIVISIONS.replace(",高寨村委会", ""), "")));
        assertEquals(
                List.of("The county itself, 520115, is missing"),
                faults(TenantError.TENANT_DIVISIONS_INVALID, () -> County.parse(MANIFEST, "", "")));
    }

    private static List<?> faults(TenantError code, org.junit.jupiter.api.function.Executable call) {
        ApiException refusal = assertThrows(ApiException.class, call);
        assertEquals(code, refusal.code());
        return (List<?>) refusal.params().get("faults");
    }
}
