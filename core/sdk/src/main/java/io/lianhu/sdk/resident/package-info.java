/** What the register of residents (人口库) tells the plugins. */
@NullMarked
package io.lianhu.sdk.resident;

import org.jspecify.annotations.NullMarked;
