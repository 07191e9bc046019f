/** What the operator of the platform does with counties, over GraphQL on the platform's own host. */
@NullMarked
package io.lianhu.server.operate;

import org.jspecify.annotations.NullMarked;
