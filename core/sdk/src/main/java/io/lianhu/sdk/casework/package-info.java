/** What cases (网格事件) tell the plugins. */
@NullMarked
package io.lianhu.sdk.casework;

import org.jspecify.annotations.NullMarked;
