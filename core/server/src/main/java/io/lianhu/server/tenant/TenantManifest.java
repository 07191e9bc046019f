package io.lianhu.server.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a county's {@code tenant.yaml} says, as {@code tenants/tenant.schema.json} describes it. */
public record TenantManifest(
        String code,
        Text name,
        String province,
        String city,
        List<String> hosts,
        List<String> languages,
        String timezone,
        Brand brand,
        Map<String, PluginChoice> plugins,
        Limits limits,
        @Nullable String privacyNotice) {

    private static final String FIRST_NOTICE = "1";

    /** What every manifest has; one that was kept without it, by whomever, is told of as unreadable. */
    public TenantManifest {
        Stream.of(code, name, hosts, plugins, limits).forEach(Objects::requireNonNull);
    }

    /** A text in both languages. */
    public record Text(@JsonProperty("zh-CN") String chinese, @JsonProperty("en") String english) {}

    /** What a resident sees first. */
    public record Brand(Text product, String primaryColor) {}

    /** Whether the county uses a plugin, and with which settings. */
    public record PluginChoice(boolean enabled, @Nullable JsonNode settings) {}

    /** How much the county's clients may ask for. */
    public record Limits(@Nullable Integer requestsPerMinutePerClient, @Nullable Integer requestsPerMinute) {
        private static final int PER_CLIENT = 600;
        private static final int PER_COUNTY = 60_000;

        public int perClient() {
            return requestsPerMinutePerClient == null ? PER_CLIENT : requestsPerMinutePerClient;
        }

        public int perCounty() {
            return requestsPerMinute == null ? PER_COUNTY : requestsPerMinute;
        }
    }

    /** The version of the privacy notice that who registers is shown and agrees to. */
    public String noticeVersion() {
        return privacyNotice == null ? FIRST_NOTICE : privacyNotice;
    }

    /** The ids of the plugins that the county uses. */
    public Set<String> enabledPlugins() {
        return plugins.entrySet().stream()
                .filter(choice -> choice.getValue().enabled())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
