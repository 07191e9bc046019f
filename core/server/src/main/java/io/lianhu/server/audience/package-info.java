/** Tags (标签) and audiences (受众): whom something concerns, found by what is known of people. */
@NullMarked
package io.lianhu.server.audience;

import org.jspecify.annotations.NullMarked;
