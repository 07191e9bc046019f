/** Divisions (行政区划): county, town, village, grid, joint-household group. */
@NullMarked
package io.lianhu.server.division;

import org.jspecify.annotations.NullMarked;
