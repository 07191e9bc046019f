package io.lianhu.server.resident;

/** What a resident is to the head of the household (与户主关系), in the order of the main groups of GB/T 4761. */
enum Relation {
    HEAD,
    SPOUSE,
    SON,
    DAUGHTER,
    GRANDCHILD,
    PARENT,
    GRANDPARENT,
    SIBLING,
    OTHER
}
