/** Positions (位置): WGS-84, whatever datum they came in. */
@NullMarked
package io.lianhu.server.place;

import org.jspecify.annotations.NullMarked;
