/**
 * Messages (消息) to people: {@link io.lianhu.server.message.SendMessages} is how every feature sends them; the inbox, and outside
 * channels, are how they arrive.
 */
@NullMarked
package io.lianhu.server.message;

import org.jspecify.annotations.NullMarked;
