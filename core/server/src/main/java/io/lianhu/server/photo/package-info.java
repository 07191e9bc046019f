/** Photos: taken in over HTTP, cleaned, kept behind a port, shown to who may see their case. */
@NullMarked
package io.lianhu.server.photo;

import org.jspecify.annotations.NullMarked;
