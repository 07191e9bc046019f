/** Units (承办单位): the departments, stations and others to which a county's cases go. */
@NullMarked
package io.lianhu.server.unit;

import org.jspecify.annotations.NullMarked;
