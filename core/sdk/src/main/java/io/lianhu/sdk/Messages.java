package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;

/** The way to people: their inbox (站内信), and the channels that the county has set up and they have not switched off. */
public interface Messages {

    /**
     * Sends in the running transaction: the message is there if, and only if, that is committed. One statement, however many receive it.
     * Fails outside a transaction, and with {@link IllegalArgumentException} for a template that the plugin's message files do not have.
     */
    Uni<Void> send(Message message);
}
