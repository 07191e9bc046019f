package io.lianhu.server.message;

import io.smallrye.mutiny.Uni;

/** Whether a county is in emergency mode (应急状态), in which what is urgent is told in quiet hours too. */
@FunctionalInterface
interface EmergencyProfile {

    /** Of the running operation's county, now. */
    Uni<Boolean> inForce();
}
