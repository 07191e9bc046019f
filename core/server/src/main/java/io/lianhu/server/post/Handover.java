package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;

/**
 * What becomes of the open work of a grid worker. In the running transaction, which is the one of the change that asks for it; by an
 * actor without a subject where a term ends by itself.
 */
public interface Handover {

    /** Takes the work off the hands of a person who no longer holds any post in a village. */
    Uni<Void> handOver(String subject, DivisionCode village, Actor by);

    /** Gives what a person has open in a division to another. */
    Uni<Void> pass(String subject, DivisionCode division, Posts.Holder to, Actor by);
}
