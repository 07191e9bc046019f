/** Escalation (升级督办): who stands over a case is told when a stage of it is overdue, from the village up to the county, and answers. */
@NullMarked
package io.lianhu.server.escalation;

import org.jspecify.annotations.NullMarked;
