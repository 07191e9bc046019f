/**
 * What has happened, and who is told of it: an outbox in the transaction of the change ({@link io.lianhu.server.event.Outbox}), and a
 * relay that hands each event to its handlers ({@link io.lianhu.server.event.Relay}).
 */
@NullMarked
package io.lianhu.server.event;

import org.jspecify.annotations.NullMarked;
