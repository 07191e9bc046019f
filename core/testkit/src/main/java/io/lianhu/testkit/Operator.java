package io.lianhu.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The platform's operator (平台运营方), on the platform's own host. */
public final class Operator {
    private static final String INSTALL =
            "mutation ($file: String!) { pluginInstall(input: { file: $file }) { plugin { version } } }";

    private final TestHost host;
    private final GraphqlClient client;

    private Operator(TestHost host, GraphqlClient client) {
        this.host = host;
        this.client = client;
    }

    static Operator bootstrap(TestHost host, String secret) {
        Login login = Login.create(host.stack().keycloak());
        GraphqlClient client = host.platform().as(login, "");
        client.mutate(
                "mutation ($secret: String!) { operatorBootstrap(input: { secret: $secret }) { operator { subject } } }",
                Map.of("secret", secret));
        return new Operator(host, client);
    }

    /** For whatever this class does not offer. */
    public GraphqlClient client() {
        return client;
    }

    /** Takes a county on, or brings it up to date, by the texts of its files. */
    public void applyCounty(String manifest, String divisions, String grids) {
        client.mutate(
                "mutation ($input: TenantApplyInput!) { tenantApply(input: $input) { tenant { code state } } }",
                Map.of("input", Map.of("manifest", manifest, "divisions", divisions, "grids", grids)));
    }

    /** Takes a county out of service. */
    public void suspend(County county) {
        client.mutate(
                "mutation ($code: String!) { tenantSuspend(input: { code: $code, reason: \"test\" }) { tenant { state } } }",
                Map.of("code", county.code()));
    }

    /** Puts a suspended county back into service. */
    public void resume(County county) {
        client.mutate(
                "mutation ($code: String!) { tenantResume(input: { code: $code }) { tenant { state } } }",
                Map.of("code", county.code()));
    }

    void appointAdministrator(String county, Login person) {
        client.mutate(
                "mutation ($input: TenantAppointAdministratorInput!) {"
                        + " tenantAppointAdministrator(input: $input) { tenant { code } } }",
                Map.of("input", Map.of("code", county, "subject", person.subject(), "holderName", person.name())));
    }

    /** Copies a jar into the plugin folder and has it run; answers the version that runs then. */
    public String installPlugin(Path jar) {
        return client.mutate(INSTALL, Map.of("file", host.addJar(jar)))
                .at("/pluginInstall/plugin/version")
                .asText();
    }

    /** The same with a jar that has to be refused as {@code PLUGIN_REFUSED}; answers the faults. */
    public List<String> expectRefusal(Path jar) {
        ApiError error = client.expectError(
                ErrorType.INVALID_INPUT, "PLUGIN_REFUSED", INSTALL, Map.of("file", host.addJar(jar)));
        List<String> faults = new ArrayList<>();
        error.params().path("faults").forEach(fault -> faults.add(fault.asText()));
        return faults;
    }

    /** What runs: versions by plugin id. */
    public Map<String, String> plugins() {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode plugin : client.query("{ plugins { name version } }").at("/plugins")) {
            versions.put(plugin.get("name").asText(), plugin.get("version").asText());
        }
        return versions;
    }

    /** How many unloaded versions are still in memory; right only after {@link Replica#collectGarbage}. */
    public int pluginsLingering() {
        return client.query("{ pluginsLingering }").at("/pluginsLingering").asInt();
    }
}
