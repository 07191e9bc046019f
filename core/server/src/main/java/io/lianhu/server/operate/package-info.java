/** The operators of the platform, and what they do with counties, over GraphQL on the platform's own host. */
@NullMarked
package io.lianhu.server.operate;

import org.jspecify.annotations.NullMarked;
