/** What is kept unreadable at rest. */
@NullMarked
package io.lianhu.server.vault;

import org.jspecify.annotations.NullMarked;
