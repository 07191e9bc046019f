/** How a feature of the core adds to the schema. */
@NullMarked
package io.lianhu.server.feature;

import org.jspecify.annotations.NullMarked;
