package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;

/** Says where the emergency profile (急时) holds, in which cases go to others, and faster. */
interface EmergencyProfile {

    /** Whether it holds at the place now; asked for each new case, so it is to be answered from memory. */
    Uni<Boolean> holds(DivisionCode where);
}
