/** Counts of cases (统计), kept up with the cases themselves, so that no dashboard looks through them. */
@NullMarked
package io.lianhu.server.count;

import org.jspecify.annotations.NullMarked;
