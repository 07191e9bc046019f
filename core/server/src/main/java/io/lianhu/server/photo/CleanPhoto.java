package io.lianhu.server.photo;

import io.lianhu.sdk.ApiException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * A photo, decoded and written anew as JPEG: upright, at most {@value #LONGEST} pixels long, and without anything that the telephone
 * wrote beside the picture (position, owner, preview) or that somebody hid behind it.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CleanPhoto(byte[] bytes, int width, int height, String sha256) {

    static final String MEDIA_TYPE = "image/jpeg";

    private static final int LONGEST = 2_560;

    /** More than any telephone takes, less than what fills the heap: a small file can claim any size. */
    private static final long MOST_PIXELS = 60_000_000;

    /** Each channel of a pixel; telephones know no more, and more would double what a picture takes. */
    private static final int MOST_BITS = 8;

    /** A progressive JPEG has about ten. */
    private static final int MOST_SCANS = 32;

    private static final double QUALITY = 0.85;

    /**
     * Cleans a photo. Takes a core for a while: for worker threads.
     *
     * @throws ApiException {@code PHOTO_NOT_AN_IMAGE}, {@code PHOTO_TOO_MANY_PIXELS}
     */
    static CleanPhoto of(byte[] raw) {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(raw))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new ApiException(PhotoError.PHOTO_NOT_AN_IMAGE);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true); // metadata is not asked for: it may be longer than the picture
                Orientation orientation = turned(reader, raw);
                return write(read(reader), orientation);
            } finally {
                reader.dispose();
            }
        } catch (ApiException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException malformed) {
            throw notAnImage(malformed); // decoders throw whatever their arithmetic comes to over damaged bytes
        }
    }

    /** Reads no more pixels than are kept, fourfold at most: what a file claims must not decide how much memory it takes. */
    private static BufferedImage read(ImageReader reader) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw new ApiException(PhotoError.PHOTO_TOO_MANY_PIXELS, Map.of("most", MOST_PIXELS));
        }
        ImageTypeSpecifier pixels = reader.getRawImageType(0);
        if (pixels != null && pixels.getBitsPerBand(0) > MOST_BITS) {
            throw new ApiException(PhotoError.PHOTO_NOT_AN_IMAGE);
        }
        int step = Math.max(1, Math.max(width, height) / LONGEST);
        ImageReadParam subsampled = reader.getDefaultReadParam();
        subsampled.setSourceSubsampling(step, step, 0, 0);
        return reader.read(0, subsampled);
    }

    /** How the picture is to be turned; null where it stands upright. */
    private static @Nullable Orientation turned(ImageReader reader, byte[] raw) throws IOException {
        String format = reader.getFormatName();
        if (format.equalsIgnoreCase("png")) {
            return null;
        }
        if (!format.equalsIgnoreCase("jpeg")) {
            throw new ApiException(PhotoError.PHOTO_NOT_AN_IMAGE);
        }
        JpegFrame frame = JpegFrame.of(raw);
        if (!frame.whole() || frame.scans() > MOST_SCANS) {
            throw new ApiException(PhotoError.PHOTO_NOT_AN_IMAGE);
        }
        return frame.exif().map(CleanPhoto::orientation).orElse(null);
    }

    private static @Nullable Orientation orientation(byte[] exif) {
        try {
            return ExifUtils.getOrientationFromExif(exif);
        } catch (RuntimeException malformed) {
            return null; // what cannot be read there does not make the picture worse
        }
    }

    private static CleanPhoto write(BufferedImage picture, @Nullable Orientation orientation) throws IOException {
        double scale = Math.min(1, (double) LONGEST / Math.max(picture.getWidth(), picture.getHeight()));
        BufferedImage sized = Thumbnails.of(picture)
                .scale(scale)
                .imageType(BufferedImage.TYPE_INT_RGB)
                .asBufferedImage();
        BufferedImage upright = orientation == null
                ? sized
                : ExifFilterUtils.getFilterForOrientation(orientation).apply(sized);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thumbnails.of(upright)
                .scale(1)
                .outputFormat("jpg")
                .outputQuality(QUALITY)
                .toOutputStream(out);
        byte[] clean = out.toByteArray();
        return new CleanPhoto(clean, upright.getWidth(), upright.getHeight(), sha256(clean));
    }

    private static ApiException notAnImage(Exception cause) {
        ApiException refusal = new ApiException(PhotoError.PHOTO_NOT_AN_IMAGE);
        refusal.initCause(cause);
        return refusal;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
