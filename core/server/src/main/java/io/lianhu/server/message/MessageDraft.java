package io.lianhu.server.message;

import io.lianhu.sdk.GlobalId;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said, before it is known to whom.
 *
 * @param source {@code core} or a plugin's id
 * @param emergency whether it goes out in quiet hours too while the county is in emergency mode
 * @param about what it is about; null where that has no id
 */
public record MessageDraft(
        MessageKind kind, String source, Wording wording, boolean emergency, @Nullable GlobalId about) {

    /** A message of the core's. */
    public static MessageDraft of(MessageKind kind, Wording wording, @Nullable GlobalId about) {
        return new MessageDraft(kind, "core", wording, false, about);
    }
}
