package io.lianhu.sdk;

/** How a client should react to an error. The set is closed: clients branch on it. */
public enum ErrorType {
    /** The request itself is wrong; the same again will fail again. */
    INVALID_INPUT,
    /** No valid token; sign in. */
    UNAUTHENTICATED,
    /** Known, but not allowed; asking again does not help. */
    FORBIDDEN,
    /** Not there, or not for this caller's eyes: the two are never told apart. */
    NOT_FOUND,
    /** It clashes with what somebody else did meanwhile; read again, then decide. */
    CONFLICT,
    /** Allowed in principle, but not in the present state of things (not enough points, case already closed). */
    PRECONDITION,
    /** Too much at once; wait, then try again. */
    RATE_LIMITED,
    /** A part of the platform is away for now; try again later, with the same idempotency key. */
    UNAVAILABLE,
    /** Our mistake; the request id leads to its cause in the log. */
    INTERNAL
}
