/** Cases that are the same (重复事件): found by place, time and class, and merged into one. */
@NullMarked
package io.lianhu.server.duplicate;

import org.jspecify.annotations.NullMarked;
