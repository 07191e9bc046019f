package io.lianhu.sdk;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * An id as clients see it: the GraphQL type and the UUID, without the county. Its text is opaque to them.
 */
public record GlobalId(String type, UUID uuid) {

    /** The id's text: type, underscore, 22 characters of base64url. */
    public String encode() {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return type + '_' + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Reads an id's text; empty where it is none. */
    public static Optional<GlobalId> decode(String text) {
        int split = text.length() - 23;
        if (split < 1 || text.charAt(split) != '_') {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(split + 1)));
            GlobalId id = new GlobalId(text.substring(0, split), new UUID(bytes.getLong(), bytes.getLong()));
            return id.encode().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /**
     * The UUID, if this is an id of that type.
     *
     * @throws ApiException {@code NOT_FOUND}: to the caller, an id of another kind is one that does not exist
     */
    public UUID of(String expected) {
        if (!type.equals(expected)) {
            throw ApiException.notFound(expected);
        }
        return uuid;
    }
}
