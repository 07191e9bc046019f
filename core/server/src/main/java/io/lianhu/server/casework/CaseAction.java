package io.lianhu.server.casework;

import static io.lianhu.server.casework.CaseState.AWAITING_DISPATCH;
import static io.lianhu.server.casework.CaseState.AWAITING_VERIFICATION;
import static io.lianhu.server.casework.CaseState.CLOSED;
import static io.lianhu.server.casework.CaseState.DISPATCHED;
import static io.lianhu.server.casework.CaseState.HANDLED;
import static io.lianhu.server.casework.CaseState.REFERRED;
import static io.lianhu.server.casework.CaseState.REFUSED;
import static io.lianhu.server.casework.CaseState.WITHDRAWN;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done with a case: the table of states. Each line says in which states, to which state, in whose hand, and with which words. */
enum CaseAction {
    REPORT(in(), null, Hand.NOBODY, Words.NONE),
    ACCEPT(in(AWAITING_VERIFICATION), AWAITING_DISPATCH, Hand.VERIFIER, Words.MAY_NOTE),
    REFUSE(in(AWAITING_VERIFICATION), REFUSED, Hand.VERIFIER, Words.REASON),
    REFER(in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED), REFERRED, Hand.VERIFIER, Words.REASON),
    DISPATCH(in(AWAITING_DISPATCH, DISPATCHED), DISPATCHED, Hand.DISPATCHER, Words.NONE),
    RELEASE(in(DISPATCHED), AWAITING_DISPATCH, Hand.NOBODY, Words.NONE),
    RETURN(in(DISPATCHED), AWAITING_DISPATCH, Hand.ASSIGNEE, Words.REASON),
    TRANSFER(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.REASON),
    ESCALATE(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.REASON),
    REPLY(in(DISPATCHED), DISPATCHED, Hand.ASSIGNEE, Words.NOTE),
    HANDLE(in(DISPATCHED), HANDLED, Hand.ASSIGNEE, Words.NOTE),
    URGE(
            in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED, HANDLED),
            null,
            Hand.REPORTER_OR_SUPERIOR,
            Words.MAY_NOTE),
    WITHDRAW(in(AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED), WITHDRAWN, Hand.REPORTER, Words.MAY_NOTE),
    SEND_BACK(in(HANDLED), DISPATCHED, Hand.VERIFIER, Words.REASON),
    CLOSE(in(HANDLED), CLOSED, Hand.VERIFIER, Words.MAY_NOTE),
    RATE(in(CLOSED), null, Hand.REPORTER, Words.MAY_COMMENT),
    REOPEN(in(CLOSED), DISPATCHED, Hand.REPORTER, Words.REASON);

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<CaseState> from;

    private final @Nullable CaseState to;
    private final Hand hand;
    private final Words words;

    CaseAction(Set<CaseState> from, @Nullable CaseState to, Hand hand, Words words) {
        this.from = from;
        this.to = to;
        this.hand = hand;
        this.words = words;
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
}
