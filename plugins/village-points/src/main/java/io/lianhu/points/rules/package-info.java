/** The villages' scoring rules (积分细则), and the awards that follow from them: by cases, or by a cadre's hand. */
@NullMarked
package io.lianhu.points.rules;

import org.jspecify.annotations.NullMarked;
