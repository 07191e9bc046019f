package io.lianhu.server.message;

/** What a message is about; people choose their channels by it. */
public enum MessageKind {
    NOTICE,
    CASE,
    PLUGIN,
    SYSTEM
}
