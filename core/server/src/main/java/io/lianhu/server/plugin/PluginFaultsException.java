package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import java.util.List;
import java.util.Map;

/** Why a plugin is refused, each fault in a line. */
final class PluginFaultsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    PluginFaultsException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    List<String> faults() {
        return faults;
    }

    ApiException toApiException() {
        return new ApiException(PluginError.PLUGIN_REFUSED, Map.of("faults", faults));
    }
}
