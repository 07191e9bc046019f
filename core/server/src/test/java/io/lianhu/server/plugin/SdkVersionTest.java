package io.lianhu.server.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SdkVersionTest {

    /** By the constant a plugin is admitted or refused: it must not lag behind the build. */
    @Test
    void theSdkThatTheHostGivesIsTheOneOfThisBuild() {
        assertEquals(System.getProperty("lianhu.version"), SdkVersion.CURRENT);
    }
}
