/** Buildings (楼栋) and the homes (房屋) in them. */
@NullMarked
package io.lianhu.server.home;

import org.jspecify.annotations.NullMarked;
