package io.lianhu.server.plugin;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with plugins. */
public enum PluginError implements ErrorCode {
    PLUGIN_REFUSED(ErrorType.INVALID_INPUT),
    PLUGIN_UNKNOWN(ErrorType.NOT_FOUND),
    PLUGIN_VERSION_TAKEN(ErrorType.CONFLICT),
    PLUGIN_NOT_INSTALLED(ErrorType.UNAVAILABLE);

    private final ErrorType type;

    PluginError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
