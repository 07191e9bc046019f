package io.lianhu.server.division;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.smallrye.mutiny.Uni;

/** What a feature has in a division, and what keeps that from ending. In the running transaction, with the division locked. */
public interface DivisionUse {

    /** What it is, as the parameter of {@code DIVISION_IN_USE} is called. */
    String what();

    /** How much of it is in the division or below. */
    Uni<Long> count(DivisionCode division);

    /** Moves all of it to the successor. */
    Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by);
}
