package io.lianhu.server.graphql;

import io.lianhu.sdk.Actor;
import io.lianhu.server.feature.PersonalRecord;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a field with {@code @personal} are masked (脱敏). What is masked already stays as it is.
 *
 * @param permission whoever holds it over the person's home sees the value clear; null for nobody
 */
record Masking(Kind kind, @Nullable String permission) {

    /** What a field tells of a person; the names of {@code PersonalKind}. */
    enum Kind {
        NAME,
        TELEPHONE,
        ID_NUMBER,
        ADDRESS,
        BIRTH_DATE
    }

    private static final String NOTHING = "****";

    /** The value as this actor may see it. */
    @Nullable
    Object mask(Actor actor, @Nullable Object source, @Nullable Object value) {
        if (value instanceof CompletionStage<?> coming) {
            return coming.thenApply(come -> mask(actor, source, come));
        }
        if (value instanceof Optional<?> optional) {
            return optional.map(present -> mask(actor, source, present));
        }
        return value == null || isClearFor(actor, source) ? value : masked(value);
    }

    private boolean isClearFor(Actor actor, @Nullable Object source) {
        return permission != null
                && source instanceof PersonalRecord person
                && (person.isOf(actor) || actor.may(permission, person.home()));
    }

    /** What is no text, a date of birth, has no masked form: it is left out. */
    private @Nullable Object masked(Object value) {
        return value instanceof String text ? masked(text) : null;
    }

    private String masked(String text) {
        int length = text.length();
        return switch (kind) {
            case NAME -> text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(0, 1)) + "**";
            case TELEPHONE -> length < 8 ? NOTHING : text.substring(0, 3) + NOTHING + text.substring(length - 4);
            case ID_NUMBER -> length < 3 ? NOTHING : text.charAt(0) + "*".repeat(length - 2) + text.charAt(length - 1);
            case ADDRESS, BIRTH_DATE -> NOTHING;
        };
    }
}
