/** When a county works: its working hours, holidays and make-up workdays, and working time that is added and measured. */
@NullMarked
package io.lianhu.server.calendar;

import org.jspecify.annotations.NullMarked;
