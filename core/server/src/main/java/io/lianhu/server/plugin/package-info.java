/**
 * The plugin host (插件宿主): loads versions of plugins through class loaders of their own, side by side, and exchanges them under load.
 * Start with {@link io.lianhu.server.plugin.PluginHost}. PF4J is known only here.
 */
@NullMarked
package io.lianhu.server.plugin;

import org.jspecify.annotations.NullMarked;
