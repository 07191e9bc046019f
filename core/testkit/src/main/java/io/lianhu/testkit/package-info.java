/**
 * What a plugin is tested with: {@link io.lianhu.testkit.TestHost} runs the real packaged server on the shared development stack, with
 * plugin jars in their own class loaders; {@link io.lianhu.testkit.County} and its people speak to it over HTTP as clients do;
 * {@link io.lianhu.testkit.PluginContract} holds the laws that every plugin keeps.
 *
 * <p>Everything here blocks the calling thread. What goes wrong fails the test with an {@link java.lang.AssertionError} where the server
 * answered otherwise than asked for, and with another exception where the kit itself could not do its part.
 */
@NullMarked
package io.lianhu.testkit;

import org.jspecify.annotations.NullMarked;
