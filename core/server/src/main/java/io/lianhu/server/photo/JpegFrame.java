package io.lianhu.server.photo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a JPEG file says beside its picture. Read from the bytes, because the JDK's reader gives no metadata at all where their order is
 * not JFIF's, as in many a telephone's photo, and reads a picture that breaks off as if the rest were grey.
 *
 * @param exif the first Exif segment's content, the marker {@code Exif} included
 * @param scans how often the picture is gone over; each costs as much as all the others, however few bytes it has
 * @param whole whether the file has an end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegFrame(Optional<byte[]> exif, int scans, boolean whole) {

    private static final int MARKER = 0xFF;
    private static final int FIRST_WITH_LENGTH = 0xC0;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int APP1 = 0xE1;
    private static final int SCAN = 0xDA;
    private static final int END = 0xD9;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    /** Goes from marker to marker as decoders do: over what a segment says that it holds, and over whatever is none. */
    static JpegFrame of(byte[] file) {
        Optional<byte[]> exif = Optional.empty();
        int scans = 0;
        int at = 2;
        while (at + 1 < file.length) {
            int kind = at(file, at + 1);
            if (at(file, at) != MARKER || kind == MARKER) {
                at++;
            } else if (kind == END) {
                return new JpegFrame(exif, scans, scans > 0);
            } else if (kind < FIRST_WITH_LENGTH || (kind >= FIRST_RESTART && kind <= LAST_RESTART)) {
                at += 2;
            } else if (at + 3 < file.length) {
                int next = at + 2 + (at(file, at + 2) << 8 | at(file, at + 3));
                if (kind == SCAN) {
                    scans++;
                } else if (kind == APP1 && exif.isEmpty() && next <= file.length) {
                    exif = Optional.of(Arrays.copyOfRange(file, at + 4, Math.max(at + 4, next)))
                            .filter(content -> Arrays.equals(EXIF, Arrays.copyOf(content, EXIF.length)));
                }
                at = next;
            } else {
                break;
            }
        }
        return new JpegFrame(exif, scans, false);
    }

    private static int at(byte[] file, int index) {
        return file[index] & 0xFF;
    }
}
