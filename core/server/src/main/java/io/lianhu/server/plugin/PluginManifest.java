package io.lianhu.server.plugin;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** What a plugin's {@code lianhu-plugin.yaml} says, as {@code plugin.schema.json} describes it. */
record PluginManifest(
        String id,
        String version,
        Requires requires,
        @JsonProperty("class") String entryPoint,
        String prefix,
        String vendor,
        String licence,
        Name name,
        Capabilities capabilities) {

    /** The file's name, at the jar's root. */
    static final String FILE = "lianhu-plugin.yaml";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonSchema SCHEMA = schema();

    /** The versions of the SDK with which the plugin works: from {@code min}, and below {@code below}. */
    record Requires(String min, String below) {}

    /** The plugin's name in both languages. */
    record Name(@JsonProperty("zh-CN") String chinese, @JsonProperty("en") String english) {}

    /** What the plugin asks a county for. */
    record Capabilities(List<String> reads, List<String> outboundHosts) {}

    /**
     * Reads a manifest.
     *
     * @throws PluginFaultsException with every fault
     */
    static PluginManifest parse(String yaml) {
        try {
            JsonNode tree = YAML.readTree(yaml);
            Set<ValidationMessage> faults = SCHEMA.validate(tree);
            if (!faults.isEmpty()) {
                throw new PluginFaultsException(faults.stream()
                        .map(fault -> FILE + ": " + fault.getMessage())
                        .sorted()
                        .toList());
            }
            return YAML.treeToValue(tree, PluginManifest.class);
        } catch (JsonProcessingException malformed) {
            throw new PluginFaultsException(List.of(FILE + ": " + malformed.getOriginalMessage()));
        }
    }

    /** The PostgreSQL schema of the plugin's tables, and the role that speaks for it. */
    String schemaName() {
        return "plugin_" + id.replace('-', '_');
    }

    private static JsonSchema schema() {
        try (InputStream in = PluginManifest.class.getResourceAsStream("/plugin.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
