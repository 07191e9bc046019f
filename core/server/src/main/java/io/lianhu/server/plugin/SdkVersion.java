package io.lianhu.server.plugin;

/** The version of the SDK that the host gives, by which plugins say with which hosts they work. */
final class SdkVersion {

    /** Follows semantic versioning; SdkVersionTest compares it with the build's. */
    static final String CURRENT = "0.1.0";

    private SdkVersion() {}
}
