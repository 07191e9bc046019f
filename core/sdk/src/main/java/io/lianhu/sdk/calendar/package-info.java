/** What a county's work calendar (工作日历) tells the plugins. */
@NullMarked
package io.lianhu.sdk.calendar;

import org.jspecify.annotations.NullMarked;
