/** What emergency mode (平急转换) tells the plugins. */
@NullMarked
package io.lianhu.sdk.emergency;

import org.jspecify.annotations.NullMarked;
