package io.lianhu.server.notice;

/** Where a notice stands. */
enum NoticeState {
    DRAFT,
    SCHEDULED,
    PUBLISHED,
    RECALLED
}
