package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import java.util.Map;
import java.util.Set;

/** What the plugins that run here hold on people. */
public interface PersonalDataOfPlugins {

    /** Holds the plugins' versions in place. */
    Lease personalData();

    /** The plugins, until it is given back. */
    interface Lease extends AutoCloseable {

        /** By the plugin's id; a plugin that holds nothing on people is left out. */
        Map<String, PersonalData> byPlugin();

        /** The ids of all that run here. */
        Set<String> running();

        @Override
        void close();
    }
}
