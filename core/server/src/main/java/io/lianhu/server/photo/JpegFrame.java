package io.lianhu.server.photo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a JPEG file says before its picture. Read from the bytes, because the JDK's reader gives no metadata at all where their order is not
 * JFIF's, as in many a telephone's photo, and reads a picture that breaks off as if the rest were grey.
 *
 * @param exif the first Exif segment's content, the marker {@code Exif} included
 * @param whole whether the file has an end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegFrame(Optional<byte[]> exif, boolean whole) {

    private static final int MARKER = 0xFF;
    private static final int APP1 = 0xE1;
    private static final int SCAN = 0xDA;
    private static final int END = 0xD9;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    static JpegFrame of(byte[] file) {
        Optional<byte[]> exif = Optional.empty();
        int at = 2;
        while (at + 4 <= file.length && at(file, at) == MARKER) {
            int kind = at(file, at + 1);
            if (kind == MARKER) { // filling
                at++;
                continue;
            }
            if (kind == SCAN) {
                return new JpegFrame(exif, ends(file, at + 2));
            }
            int next = at + 2 + (at(file, at + 2) << 8 | at(file, at + 3));
            if (kind == APP1 && exif.isEmpty() && next <= file.length) {
                exif = Optional.of(Arrays.copyOfRange(file, at + 4, Math.max(at + 4, next)))
                        .filter(content -> Arrays.equals(EXIF, Arrays.copyOf(content, EXIF.length)));
            }
            at = next;
        }
        return new JpegFrame(exif, false);
    }

    /** Within a scan a marker's first byte is always followed by a zero, so that an end found there is one. */
    private static boolean ends(byte[] file, int from) {
        for (int i = from; i + 1 < file.length; i++) {
            if (at(file, i) == MARKER && at(file, i + 1) == END) {
                return true;
            }
        }
        return false;
    }

    private static int at(byte[] file, int index) {
        return file[index] & 0xFF;
    }
}
