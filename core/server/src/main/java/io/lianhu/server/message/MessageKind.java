package io.lianhu.server.message;

/** What a message is about; people choose their channels by it. */
enum MessageKind {
    NOTICE,
    CASE,
    PLUGIN,
    SYSTEM
}
