/** What every HTTP request to the platform has: a request id, a language, a host, a client. */
@NullMarked
package io.lianhu.server.web;

import org.jspecify.annotations.NullMarked;
