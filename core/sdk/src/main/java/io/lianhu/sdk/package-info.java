/**
 * The contract between Lianhu and its plugins. Start with {@link io.lianhu.sdk.LianhuPlugin}: reading that one type tells all that a
 * plugin may add; {@link io.lianhu.sdk.PluginContext} is the whole list of what the host offers in return.
 *
 * <p>Everything that returns a {@code Uni} is lazy, never blocks, and is subscribed to by the host on the event loop of the request;
 * a plugin neither subscribes nor awaits. A method that returns a {@code Uni} fails it rather than throw.
 */
@NullMarked
package io.lianhu.sdk;

import org.jspecify.annotations.NullMarked;
