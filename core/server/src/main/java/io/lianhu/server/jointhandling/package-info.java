/** Joint handling (联合处置): units that support who leads a case, each with a part and a clock of its own. */
@NullMarked
package io.lianhu.server.jointhandling;

import org.jspecify.annotations.NullMarked;
