/** Emergency mode (平急转换): a county, or a town, that works as an emergency asks for. */
@NullMarked
package io.lianhu.server.emergency;

import org.jspecify.annotations.NullMarked;
