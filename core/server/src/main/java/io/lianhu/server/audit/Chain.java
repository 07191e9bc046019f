package io.lianhu.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a county's chain: each is SHA-256 over the one before, the number in the chain, and the row in a form in which no two
 * different rows are written alike: every text with its length, every list with its size.
 */
final class Chain {

    private static final int FORM = 1;

    private Chain() {}

    /** What the first row follows upon: each county's its own, so that no chain can be passed off as another's. */
    static byte[] beginning(String tenant) {
        return sha256(("lianhu audit " + tenant).getBytes(StandardCharsets.UTF_8));
    }

    static byte[] next(byte[] before, long seq, AuditRow row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.write(before);
            out.writeLong(seq);
            write(out, row.id());
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, row.at()));
            write(out, row.subject());
            write(out, row.roles());
            write(out, row.action());
            write(out, row.objectType());
            out.writeInt(row.objects().size());
            for (UUID object : row.objects()) {
                write(out, object);
            }
            write(out, row.reason());
            write(out, row.outcome());
            write(out, row.requestId());
            write(out, row.client());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return sha256(bytes.toByteArray());
    }

    private static void write(DataOutputStream out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
