/** The audit trail (审计日志): who saw or changed what, in a chain that shows what was taken out of it. */
@NullMarked
package io.lianhu.server.audit;

import org.jspecify.annotations.NullMarked;
