/**
 * The one endpoint: contributions of the core and of plugins are composed to a schema per set of plugins ({@link
 * io.lianhu.server.graphql.Engine}), and requests are executed on it ({@link io.lianhu.server.graphql.GraphqlEndpoint}). graphql-java is
 * known only here.
 */
@NullMarked
package io.lianhu.server.graphql;

import org.jspecify.annotations.NullMarked;
