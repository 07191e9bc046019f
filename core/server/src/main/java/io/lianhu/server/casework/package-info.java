/** Cases (事件): report, dispatch, handle, verify and close, rate, reopen. */
@NullMarked
package io.lianhu.server.casework;

import org.jspecify.annotations.NullMarked;
