package io.lianhu.server.casework;

import static io.lianhu.server.casework.CaseState.AWAITING_DISPATCH;
import static io.lianhu.server.casework.CaseState.AWAITING_VERIFICATION;
import static io.lianhu.server.casework.CaseState.CLOSED;
import static io.lianhu.server.casework.CaseState.DISPATCHED;
import static io.lianhu.server.casework.CaseState.HANDLED;
import static io.lianhu.server.casework.CaseState.MERGED;
import static io.lianhu.server.casework.CaseState.REFERRED;
import static io.lianhu.server.casework.CaseState.REFUSED;
import static io.lianhu.server.casework.CaseState.WITHDRAWN;
import static io.lianhu.server.casework.Stage.RESOLVE;
import static io.lianhu.server.casework.Stage.RESPOND;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a case: the table of states. Each line says in which states, to which state, in whose hand, with which words, and which
 * clocks it stops.
 */
public enum CaseAction {
    REPORT(in(), null, Hand.NOBODY, Words.NONE),
    ACCEPT(in(AWAITING_VERIFICATION), AWAITING_DISPATCH, Hand.VERIFIER, Words.MAY_NOTE, RESPOND),
    REFUSE(in(AWAITING_VERIFICATION), REFUSED, Hand.VERIFIER, Words.REASON, RESPOND, Stage.REPLY, RESOLVE),
    REFER(
            in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED),
            REFERRED,
            Hand.VERIFIER,
            Words.REASON,
            RESPOND,
            Stage.REPLY,
            RESOLVE),
    DISPATCH(in(AWAITING_DISPATCH, DISPATCHED), DISPATCHED, Hand.DISPATCHER, Words.NONE, RESPOND),
    RELEASE(in(DISPATCHED), AWAITING_DISPATCH, Hand.NOBODY, Words.NONE),
    MOVE(in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED, HANDLED), null, Hand.NOBODY, Words.NONE),
    RETURN(in(DISPATCHED), AWAITING_DISPATCH, Hand.ASSIGNEE, Words.REASON, RESPOND),
    TRANSFER(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.REASON, RESPOND),
    ESCALATE(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.REASON, RESPOND),
    ASK_PART(in(DISPATCHED), null, Hand.CENTRE, Words.NOTE),
    DO_PART(in(AWAITING_DISPATCH, DISPATCHED), null, Hand.SUPPORTER, Words.NOTE),
    RETURN_PART(in(AWAITING_DISPATCH, DISPATCHED), null, Hand.SUPPORTER, Words.REASON),
    CANCEL_PART(in(AWAITING_DISPATCH, DISPATCHED), null, Hand.CENTRE, Words.REASON),
    REPLY(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.NOTE, RESPOND, Stage.REPLY),
    HANDLE(in(DISPATCHED), HANDLED, Hand.ASSIGNEE, Words.NOTE, RESPOND, Stage.REPLY, RESOLVE),
    REQUEST_EXTENSION(in(DISPATCHED), null, Hand.ASSIGNEE, Words.REASON, RESPOND),
    REQUEST_SUSPENSION(in(DISPATCHED), null, Hand.ASSIGNEE, Words.REASON, RESPOND),
    GRANT(in(DISPATCHED), null, Hand.SUPERIOR, Words.MAY_NOTE),
    DENY(in(DISPATCHED), null, Hand.SUPERIOR, Words.REASON),
    RESUME(in(DISPATCHED), null, Hand.SUPERIOR, Words.MAY_NOTE),
    URGE(
            in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED, HANDLED),
            null,
            Hand.REPORTER_OR_SUPERIOR,
            Words.MAY_NOTE),
    SUPERVISE(in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED), null, Hand.NOBODY, Words.NONE),
    WITHDRAW(
            in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED),
            WITHDRAWN,
            Hand.REPORTER,
            Words.MAY_NOTE,
            RESPOND,
            Stage.REPLY,
            RESOLVE),
    SEND_BACK(in(HANDLED), DISPATCHED, Hand.VERIFIER, Words.REASON),
    CLOSE(in(HANDLED), CLOSED, Hand.VERIFIER, Words.MAY_NOTE),
    MERGE(
            in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED),
            MERGED,
            Hand.VERIFIER,
            Words.MAY_NOTE,
            RESPOND,
            Stage.REPLY,
            RESOLVE),
    UNMERGE(in(MERGED), null, Hand.VERIFIER, Words.REASON),
    RATE(in(CLOSED, MERGED), null, Hand.REPORTER, Words.MAY_COMMENT),
    REOPEN(in(CLOSED), DISPATCHED, Hand.REPORTER, Words.REASON),
    TIGHTEN(in(), null, Hand.NOBODY, Words.NONE),
    RESTORE(in(), null, Hand.NOBODY, Words.NONE),
    STAND_DOWN(in(DISPATCHED), AWAITING_DISPATCH, Hand.NOBODY, Words.NONE);

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<CaseState> from;

    private final @Nullable CaseState to;
    private final Hand hand;
    private final Words words;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<Stage> meets;

    CaseAction(Set<CaseState> from, @Nullable CaseState to, Hand hand, Words words, Stage... meets) {
        this.from = from;
        this.to = to;
        this.hand = hand;
        this.words = words;
        this.meets = Set.of(meets);
    }

    private static Set<CaseState> in(CaseState... states) {
        return Set.of(states);
    }

    /** The states in which it may be done. */
    Set<CaseState> from() {
        return from;
    }

    /**
     * The state to which it leads from the given one. Where it leads to {@code DISPATCHED} and nobody is there to have the case, the case
     * waits to be dispatched.
     */
    CaseState to(CaseState before) {
        return to == null ? before : to;
    }

    Hand hand() {
        return hand;
    }

    Words words() {
        return words;
    }

    /**
     * Refuses whoever does not hold the step.
     *
     * @throws ApiException {@code FORBIDDEN}, or {@code OWN_AFFAIR}
     */
    public void require(Actor actor, Case about) {
        hand.require(actor, about);
    }

    /** Whether what is said with it stays between those who have the case or stand over it. */
    boolean isInternal() {
        return switch (this) {
            case ASK_PART, DO_PART, RETURN_PART, CANCEL_PART, SUPERVISE -> true;
            default -> false;
        };
    }

    /** The stages whose clocks it stops. */
    Set<Stage> meets() {
        return meets;
    }
}
