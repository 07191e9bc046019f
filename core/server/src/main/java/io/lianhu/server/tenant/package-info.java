/** The counties (租户): their registry, their manifests, and how one is taken on. */
@NullMarked
package io.lianhu.server.tenant;

import org.jspecify.annotations.NullMarked;
