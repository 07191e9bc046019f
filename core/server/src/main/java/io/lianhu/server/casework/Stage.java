package io.lianhu.server.casework;

/** What has its time in a case (办理阶段). */
enum Stage {
    /** Somebody takes it up (响应). */
    RESPOND,
    /** The reporter has an answer (回复). */
    REPLY,
    /** It is handled (办结). */
    RESOLVE
}
