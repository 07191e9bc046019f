package io.lianhu.server.feature;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;

/**
 * A record of a person's, whose fields that the schema marks as {@code @personal} may be shown unmasked to some: the person, and whoever
 * holds the mark's permission over the person's home. The fields of any other record are masked for everybody.
 */
public interface PersonalRecord {

    /** Whether it is the actor's own. */
    boolean isOf(Actor actor);

    /** Where the person lives. */
    DivisionCode home();
}
