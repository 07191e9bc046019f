package io.lianhu.server.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.lianhu.sdk.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A county as data, ready to be applied: its manifest, checked, and its divisions.
 *
 * @param manifestJson the manifest as it is kept in the registry
 * @param divisions the county first, then what lies in it; a parent before its children
 */
public record County(TenantManifest manifest, String manifestJson, List<DivisionRow> divisions, String digest) {

    /** One line of {@code divisions.csv} or {@code grids.csv}. */
    public record DivisionRow(String code, String name, String registerName) {}

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true);
    private static final JsonSchema SCHEMA = schema();

    /**
     * Reads a county's folder, which bears the county's code: a copied one would put its villages in the place of another's. Blocks.
     *
     * @throws ApiException {@code TENANT_MANIFEST_INVALID} or {@code TENANT_DIVISIONS_INVALID}, with every fault
     */
    public static County read(Path folder) {
        try {
            Path grids = folder.resolve("grids.csv");
            County county = parse(
                    Files.readString(folder.resolve("tenant.yaml")),
                    Files.readString(folder.resolve("divisions.csv")),
                    Files.exists(grids) ? Files.readString(grids) : "");
            if (!folder.getFileName().toString().equals(county.manifest().code())) {
                throw invalidManifest(List.of("The folder " + folder.getFileName() + " holds the county "
                        + county.manifest().code()));
            }
            return county;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Reads a county from the texts of its files.
     *
     * @throws ApiException {@code TENANT_MANIFEST_INVALID} or {@code TENANT_DIVISIONS_INVALID}, with every fault
     */
    public static County parse(String manifestYaml, String divisionsCsv, String gridsCsv) {
        JsonNode tree = tree(manifestYaml);
        TenantManifest manifest = manifest(tree);
        List<DivisionRow> divisions = new ArrayList<>();
        rows(divisionsCsv, "code,name,register_name")
                .forEach(cells -> divisions.add(new DivisionRow(cells[0], cells[1], cells[2])));
        rows(gridsCsv, "village_code,code,kind,name")
                .forEach(cells -> divisions.add(new DivisionRow(cells[1], cells[3], cells[3])));
        check(manifest.code(), divisions);
        return new County(
                manifest, tree.toString(), List.copyOf(divisions), digest(tree.toString(), divisionsCsv, gridsCsv));
    }

    private static JsonNode tree(String yaml) {
        try {
            JsonNode tree = YAML.readTree(yaml);
            Set<ValidationMessage> faults = SCHEMA.validate(tree);
            if (!faults.isEmpty()) {
                throw invalidManifest(faults.stream()
                        .map(ValidationMessage::getMessage)
                        .sorted()
                        .toList());
            }
            return tree;
        } catch (JsonProcessingException malformed) {
            throw invalidManifest(List.of(malformed.getOriginalMessage()));
        }
    }

    private static TenantManifest manifest(JsonNode tree) {
        return read(tree.toString());
    }

    /** Reads a manifest that was checked before it was kept. */
    static TenantManifest read(String manifestJson) {
        try {
            return JSON.readValue(manifestJson, TenantManifest.class);
        } catch (JsonProcessingException malformed) {
            throw invalidManifest(List.of(malformed.getOriginalMessage()));
        }
    }

    private static ApiException invalidManifest(List<String> faults) {
        return new ApiException(TenantError.TENANT_MANIFEST_INVALID, Map.of("faults", faults));
    }

    private static List<String[]> rows(String csv, String header) {
        List<String> lines = csv.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            return List.of();
        }
        if (!lines.get(0).equals(header)) {
            throw invalidDivisions(List.of("The header is not " + header));
        }
        int columns = header.split(",").length;
        List<String[]> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != columns) {
                throw invalidDivisions(List.of("Not " + columns + " columns: " + line));
            }
            rows.add(cells);
        }
        return rows;
    }

    private static void check(String county, List<DivisionRow> divisions) {
        List<String> faults = new ArrayList<>();
        Set<String> codes = new HashSet<>();
        for (DivisionRow row : divisions) {
            String parent = parent(row.code());
            if (!row.code().matches("[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}|[0-9]{17}")
                    || !row.code().startsWith(county)) {
                faults.add(row.code() + " is not a division of " + county);
            } else if (parent != null && !codes.contains(parent)) {
                faults.add(row.code() + " comes before, or without, " + parent);
            }
            if (row.name().isBlank()) {
                faults.add(row.code() + " has no name");
            }
            if (!codes.add(row.code())) {
                faults.add(row.code() + " stands twice");
            }
        }
        if (!codes.contains(county)) {
            faults.add("The county itself, " + county + ", is missing");
        }
        if (!faults.isEmpty()) {
            throw invalidDivisions(faults.subList(0, Math.min(faults.size(), 50)));
        }
    }

    private static ApiException invalidDivisions(List<String> faults) {
        return new ApiException(TenantError.TENANT_DIVISIONS_INVALID, Map.of("faults", faults));
    }

    /** The code of the division that contains the one of this code; null for a county. */
    @org.jspecify.annotations.Nullable
    public static String parent(String code) {
        return switch (code.length()) {
            case 9 -> code.substring(0, 6);
            case 12 -> code.substring(0, 9);
            case 15 -> code.substring(0, 12);
            case 17 -> code.substring(0, 15);
            default -> null;
        };
    }

    private static String digest(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonSchema schema() {
        try (InputStream in = County.class.getResourceAsStream("/tenant.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
