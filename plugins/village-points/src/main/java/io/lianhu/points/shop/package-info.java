/** The points shop (积分超市): goods, reservations against points, and handing over against a pick-up code. */
@NullMarked
package io.lianhu.points.shop;

import org.jspecify.annotations.NullMarked;
