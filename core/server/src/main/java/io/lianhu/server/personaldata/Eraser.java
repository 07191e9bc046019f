package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Erases some of what the core holds on people, in the running transaction; done again, it finds nothing. */
@FunctionalInterface
interface Eraser {

    Uni<List<PersonalData.Outcome>> erase(PersonalData.Person person);

    /**
     * One that has a name.
     *
     * @param section under which its outcome is kept
     * @param needsNoOpenCase whether it waits for the person's open cases
     */
    record Named(String section, boolean needsNoOpenCase, Eraser eraser) {}
}
