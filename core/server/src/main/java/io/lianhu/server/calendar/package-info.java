/** Working time (工作时间): which days and hours a county works, and when a time limit ends. */
@NullMarked
package io.lianhu.server.calendar;

import org.jspecify.annotations.NullMarked;
