/** The way to Redis, which holds only what may be lost: plain commands and Lua. */
@NullMarked
package io.lianhu.server.redis;

import org.jspecify.annotations.NullMarked;
