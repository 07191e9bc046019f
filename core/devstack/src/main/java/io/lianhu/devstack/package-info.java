/**
 * The development stack: real PostgreSQL, Redis and Keycloak as child processes on 127.0.0.1, for the run at home
 * ({@link io.lianhu.devstack.Home}) and for tests ({@link io.lianhu.devstack.Devstack#shared}), and the
 * packaged server as one more ({@link io.lianhu.devstack.ServerProcess}).
 *
 * <p>Everything here blocks the calling thread and may be called from any thread. Never part of production.
 */
@NullMarked
package io.lianhu.devstack;

import org.jspecify.annotations.NullMarked;
