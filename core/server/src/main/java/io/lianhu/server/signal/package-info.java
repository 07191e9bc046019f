/** Short messages between the replicas, over Redis: whatever may be lost, because who missed one reads the database again. */
@NullMarked
package io.lianhu.server.signal;

import org.jspecify.annotations.NullMarked;
