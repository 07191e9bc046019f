/** Who of a unit is on duty when (值班): emergency teams are called and given cases by it. */
@NullMarked
package io.lianhu.server.duty;

import org.jspecify.annotations.NullMarked;
