/** Residents (居民) and households (户), and their registration. */
@NullMarked
package io.lianhu.server.resident;

import org.jspecify.annotations.NullMarked;
