/** The order in which the server comes up and goes down. */
@NullMarked
package io.lianhu.server.startup;

import org.jspecify.annotations.NullMarked;
