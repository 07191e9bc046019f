package io.lianhu.server.photo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of a file's bytes, as a {@code Range} header asks for it (RFC 9110, 14.1.2).
 *
 * @param from the first byte's position
 * @param length how many bytes; 0 where the range begins beyond the file's end
 */
record ByteRange(long from, long length) {

    private static final Pattern SINGLE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * The range within a file of that size. Empty where none is asked for, where the header is malformed, and where it asks for several:
     * the whole file answers each of these.
     */
    static Optional<ByteRange> of(@Nullable String header, long size) {
        Matcher asked = SINGLE.matcher(header == null ? "" : header.strip());
        if (!asked.matches()) {
            return Optional.empty();
        }
        String first = asked.group(1);
        String last = asked.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(last), size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return Optional.empty();
        }
        return Optional.of(new ByteRange(from, Math.max(0, to - from + 1)));
    }

    private static ByteRange suffix(long length, long size) {
        long kept = Math.min(length, size);
        return new ByteRange(size - kept, kept);
    }

    /** The header {@code Content-Range}. */
    String of(long size) {
        return length == 0 ? "bytes */" + size : "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
