package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;

/** What becomes of the work of a grid worker who no longer holds any post in a village. */
@FunctionalInterface
public interface Handover {

    /** Takes the work off the person's hands, in the running transaction, which is the one that ends the post. */
    Uni<Void> handOver(String subject, DivisionCode village, Actor by);
}
