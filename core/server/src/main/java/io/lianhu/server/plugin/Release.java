package io.lianhu.server.plugin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A plugin's jar, as it was handed in. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Release(byte[] bytes, String sha256) {

    static Release of(byte[] bytes) {
        try {
            return new Release(
                    bytes,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
