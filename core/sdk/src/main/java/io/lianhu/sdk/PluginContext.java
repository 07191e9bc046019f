package io.lianhu.sdk;

import java.time.Clock;

/** All that the host offers to a plugin. Safe to keep for as long as the plugin runs, and to use from any of its resolvers. */
public interface PluginContext {

    /** The plugin's own tables, fenced to the county of the running operation. */
    Database database();

    /** Publishes what has happened, in the running transaction. */
    Events events();

    /** The county's residents and households. */
    Residents residents();

    /** The county's divisions. */
    Divisions divisions();

    /** Messages to people. */
    Messages messages();

    /** Counts of what may be guessed. */
    Attempts attempts();

    /** The time, in the county's zone (Asia/Shanghai). */
    Clock clock();
}
