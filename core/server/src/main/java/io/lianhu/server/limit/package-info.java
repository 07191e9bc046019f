/** How many requests a client, and a county, may make. */
@NullMarked
package io.lianhu.server.limit;

import org.jspecify.annotations.NullMarked;
