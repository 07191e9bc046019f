package io.lianhu.server.plugin;

/**
 * A handler as it is recorded with its release, for replicas on which the release does not run.
 *
 * @param name unique on the platform, and kept across versions
 * @param type the class name of the events
 */
record RecordedHandler(String name, String type) {}
