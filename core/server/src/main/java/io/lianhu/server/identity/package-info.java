/** Who calls: bearer tokens of Keycloak, the counties' Organizations there, and the platform's operators. */
@NullMarked
package io.lianhu.server.identity;

import org.jspecify.annotations.NullMarked;
