/** Posts (岗位): who holds which role where. */
@NullMarked
package io.lianhu.server.post;

import org.jspecify.annotations.NullMarked;
