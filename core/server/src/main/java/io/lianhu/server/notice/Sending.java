package io.lianhu.server.notice;

/** What of a notice is going out, slice by slice. */
enum Sending {
    /** The notice itself, to residents, or the list of them to the grid workers' errands. */
    PUBLICATION,
    /** To each grid worker, that there is somebody to tell. */
    WORKERS,
    /** To residents who have not confirmed. */
    REMINDER,
    /** To each grid worker, that there still is somebody to tell. */
    WORKERS_REMINDER,
    /** To everybody who got something of it, that it was recalled. */
    RECALL
}
