package io.lianhu.server.casework;

/** What a class of cases is about. */
enum CaseClassKind {
    /** Something that happens (事件). */
    OCCURRENCE,
    /** A thing that stands somewhere (部件). */
    COMPONENT
}
