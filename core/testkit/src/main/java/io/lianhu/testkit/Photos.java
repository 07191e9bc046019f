package io.lianhu.testkit;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Makes photos as telephones send them. */
public final class Photos {
    /** Where {@link #jpegWithGps} says that it was taken: 26°38'47" N, 106°37'50" E. */
    public static final double LATITUDE = 26 + 38 / 60.0 + 47 / 3600.0;

    /** The same, to the east. */
    public static final double LONGITUDE = 106 + 37 / 60.0 + 50 / 3600.0;

    /** The camera that {@link #jpegWithGps} names; of use to look for in what the server gives out. */
    public static final String CAMERA = "LIANHU-TEST-CAMERA";

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;
    private static final int ASCII = 2;

    private Photos() {}

    /** A JPEG without metadata. */
    public static byte[] jpeg(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.GREEN, width, height, Color.ORANGE));
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return encode(image, "jpg");
    }

    /** A PNG. */
    public static byte[] png(int width, int height) {
        return encode(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png");
    }

    /** A JPEG of 64 by 48 pixels whose EXIF names its camera and the place. */
    public static byte[] jpegWithGps() {
        return withExif(jpeg(64, 48), 1);
    }

    /**
     * The same, with the camera having been turned.
     *
     * @param orientation EXIF's: 1 is upright, 6 is to be turned to the right by a quarter, which exchanges width and height
     */
    public static byte[] jpegTurned(int width, int height, int orientation) {
        return withExif(jpeg(width, height), orientation);
    }

    private static byte[] encode(BufferedImage image, String format) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, format, bytes);
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Puts an APP1 segment behind the picture's first two bytes, where EXIF has to stand. */
    private static byte[] withExif(byte[] jpeg, int orientation) {
        byte[] header = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
        byte[] tiff = tiff(orientation);
        ByteBuffer all = ByteBuffer.allocate(jpeg.length + 4 + header.length + tiff.length);
        all.put(jpeg, 0, 2);
        all.putShort((short) 0xFFE1).putShort((short) (2 + header.length + tiff.length));
        all.put(header).put(tiff);
        all.put(jpeg, 2, jpeg.length - 2);
        return all.array();
    }

    /** Two directories: the picture's (camera, orientation, where the other is) and the position's. */
    private static byte[] tiff(int orientation) {
        byte[] camera = (CAMERA + "\0").getBytes(StandardCharsets.US_ASCII);
        int first = 8;
        int cameraAt = first + 2 + 3 * 12 + 4;
        int position = cameraAt + camera.length + camera.length % 2;
        int latitudeAt = position + 2 + 4 * 12 + 4;
        int longitudeAt = latitudeAt + 24;
        ByteBuffer tiff = ByteBuffer.allocate(longitudeAt + 24).order(ByteOrder.BIG_ENDIAN);
        tiff.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(first);

        tiff.putShort((short) 3);
        entry(tiff, 0x0110, ASCII, camera.length, cameraAt);
        entry(tiff, 0x0112, SHORT, 1, orientation << 16); // a value shorter than four bytes stands at their left
        entry(tiff, 0x8825, LONG, 1, position);
        tiff.putInt(0);
        tiff.put(camera).position(position);

        tiff.putShort((short) 4);
        entry(tiff, 1, ASCII, 2, 'N' << 24);
        entry(tiff, 2, RATIONAL, 3, latitudeAt);
        entry(tiff, 3, ASCII, 2, 'E' << 24);
        entry(tiff, 4, RATIONAL, 3, longitudeAt);
        tiff.putInt(0);
        degrees(tiff, 26, 38, 47);
        degrees(tiff, 106, 37, 50);
        return tiff.array();
    }

    private static void entry(ByteBuffer tiff, int tag, int type, int count, int valueOrOffset) {
        tiff.putShort((short) tag).putShort((short) type).putInt(count).putInt(valueOrOffset);
    }

    private static void degrees(ByteBuffer tiff, int degrees, int minutes, int seconds) {
        tiff.putInt(degrees).putInt(1).putInt(minutes).putInt(1).putInt(seconds).putInt(1);
    }
}
