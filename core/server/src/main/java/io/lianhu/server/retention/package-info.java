/** What is kept only for a while. */
@NullMarked
package io.lianhu.server.retention;

import org.jspecify.annotations.NullMarked;
