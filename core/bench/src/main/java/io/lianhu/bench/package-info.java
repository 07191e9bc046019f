/** What is measured; see core/docs/benches.md. */
@NullMarked
package io.lianhu.bench;

import org.jspecify.annotations.NullMarked;
