package io.lianhu.server.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CleanPhotoTest {

    /** As it would stand in a photo: the telephone's owner, beside the position. */
    private static final String OWNER = "owner-of-this-telephone";

    @BeforeAll
    static void withoutADisplay() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void nothingThatTheTelephoneWroteBesideThePictureIsLeft() throws IOException {
        byte[] raw = withExif(encoded(redOnTheLeft(400, 300), "jpg"), 1);
        assertTrue(contains(raw, "Exif") && contains(raw, OWNER));

        CleanPhoto clean = CleanPhoto.of(raw);

        assertFalse(contains(clean.bytes(), "Exif"));
        assertFalse(contains(clean.bytes(), OWNER));
        assertSize(400, 300, clean);
        assertEquals(64, clean.sha256().length());
    }

    @Test
    void whatIsHiddenBehindThePictureIsLeftOut() throws IOException {
        byte[] photo = encoded(redOnTheLeft(40, 30), "jpg");
        byte[] secret = "PK\3\4 and a whole archive".getBytes(StandardCharsets.ISO_8859_1);

        CleanPhoto clean = CleanPhoto.of(joined(photo, secret));

        assertFalse(contains(clean.bytes(), "archive"));
    }

    /** 6 is how a telephone that is held upright writes its photos: turn a quarter clockwise to see them right. */
    @Test
    void aPhotoStandsUprightHoweverTheTelephoneWasHeld() throws IOException {
        byte[] landscape = encoded(redOnTheLeft(400, 300), "jpg");

        CleanPhoto turned = CleanPhoto.of(withExif(landscape, 6));
        assertSize(300, 400, turned);
        assertTrue(isRed(turned, 150, 50), "what was on the left is on top now");
        assertFalse(isRed(turned, 150, 350));

        CleanPhoto upsideDown = CleanPhoto.of(withExif(landscape, 3));
        assertSize(400, 300, upsideDown);
        assertTrue(isRed(upsideDown, 350, 150));
    }

    @Test
    void aPngBecomesAJpegAndALargePhotoASmallerOne() throws IOException {
        BufferedImage glass = new BufferedImage(60, 40, BufferedImage.TYPE_INT_ARGB);
        CleanPhoto small = CleanPhoto.of(encoded(glass, "png"));
        assertSize(60, 40, small);
        assertEquals(0xFFD8, ByteBuffer.wrap(small.bytes()).getShort() & 0xFFFF);

        CleanPhoto large = CleanPhoto.of(encoded(redOnTheLeft(5_200, 1_300), "jpg"));
        assertSize(2_560, 640, large);
        assertTrue(isRed(large, 100, 300));

        CleanPhoto ribbon = CleanPhoto.of(encoded(redOnTheLeft(20_000, 1), "png"));
        assertTrue(ribbon.width() <= 2_560 && ribbon.height() == 1, ribbon.width() + " x " + ribbon.height());
    }

    @Test
    void whatIsNoPhotoIsRefused() throws IOException {
        BufferedImage picture = redOnTheLeft(40, 30);
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, encoded(picture, "gif"));
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, encoded(picture, "bmp"));
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, new byte[0]);
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, "一段文字".getBytes(StandardCharsets.UTF_8));
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, "%PDF-1.7\n1 0 obj <<>> endobj".getBytes(StandardCharsets.US_ASCII));
        refused(
                PhotoError.PHOTO_NOT_AN_IMAGE,
                "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.US_ASCII));
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF});
    }

    /** An upload that broke off would otherwise be kept with its lower part in grey. */
    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void aPhotoThatBreaksOffIsRefused(String format) throws IOException {
        byte[] whole = encoded(noise(400, 300), format);
        byte[] withPreview = format.equals("jpg") ? withExif(whole, 1) : whole;
        assertSize(400, 300, CleanPhoto.of(withPreview));

        for (double part : new double[] {0.01, 0.1, 0.5, 0.9, 0.99}) {
            refused(PhotoError.PHOTO_NOT_AN_IMAGE, Arrays.copyOf(withPreview, (int) (withPreview.length * part)));
        }
    }

    @Test
    void bytesThatWereDamagedAreReadOrRefusedAndNeverMore() throws IOException {
        Random random = new Random(2);
        for (byte[] whole : List.of(withExif(encoded(noise(24, 16), "jpg"), 6), encoded(noise(24, 16), "png"))) {
            for (int i = 0; i < 500; i++) {
                byte[] damaged = whole.clone();
                for (int j = 0; j < 3; j++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                try {
                    CleanPhoto.of(damaged);
                } catch (ApiException refusal) {
                    assertInstanceOf(PhotoError.class, refusal.code());
                }
            }
        }
    }

    @Test
    void bytesThatLieAboutTheirSizeCostNeitherTimeNorMemory() throws IOException {
        byte[] png = png(50_000, 50_000);
        byte[] jpeg = declaring(encoded(redOnTheLeft(40, 30), "jpg"), 65_000, 65_000);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        refused(PhotoError.PHOTO_TOO_MANY_PIXELS, png); // loads the readers

        long before = threads.getCurrentThreadAllocatedBytes();
        assertTimeout(Duration.ofSeconds(2), () -> {
            refused(PhotoError.PHOTO_TOO_MANY_PIXELS, png);
            refused(PhotoError.PHOTO_TOO_MANY_PIXELS, jpeg);
        });
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 4_000_000, allocated + " bytes");
    }

    /** 59 million pixels of one colour are some hundred kilobytes of PNG, and would be 236 MB of memory. */
    @Test
    void aLargePhotoTakesNoMoreMemoryThanFourTimesWhatIsKept() throws IOException {
        byte[] png = blankPng(10_200, 5_800, 8);
        assertTrue(png.length < 1_000_000, png.length + " bytes");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        assertSize(2_560, 1_456, CleanPhoto.of(png));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(allocated < 150_000_000, allocated + " bytes");
    }

    @Test
    void channelsOfMoreThanEightBitsAreRefused() throws IOException {
        assertSize(40, 30, CleanPhoto.of(blankPng(40, 30, 8)));
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, blankPng(40, 30, 16));
    }

    /** Each scan has the decoder go over the whole picture, however few bytes the scan has. */
    @Test
    void aJpegOfManyScansIsRefused() throws IOException {
        byte[] photo = progressive(noise(64, 48));
        assertSize(64, 48, CleanPhoto.of(photo));
        int scan = new String(photo, StandardCharsets.ISO_8859_1).lastIndexOf("\u00FF\u00DA");
        byte[] last = Arrays.copyOfRange(photo, scan, photo.length - 2);

        byte[] many = Arrays.copyOf(photo, photo.length - 2);
        for (int i = 0; i < 40; i++) {
            many = joined(many, last);
        }
        many = joined(many, new byte[] {(byte) 0xFF, (byte) 0xD9});

        JpegFrame frame = JpegFrame.of(many);
        assertTrue(frame.whole() && frame.scans() > 40, frame.scans() + " scans");
        refused(PhotoError.PHOTO_NOT_AN_IMAGE, many);
    }

    private static byte[] progressive(BufferedImage picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream to = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(to);
            writer.write(null, new IIOImage(picture, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static void refused(PhotoError code, byte[] raw) {
        ApiException refusal = assertThrows(ApiException.class, () -> CleanPhoto.of(raw));
        assertEquals(code, refusal.code());
    }

    private static void assertSize(int width, int height, CleanPhoto photo) throws IOException {
        assertEquals(width + " x " + height, photo.width() + " x " + photo.height());
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(photo.bytes()));
        assertNotNull(read);
        assertEquals(width + " x " + height, read.getWidth() + " x " + read.getHeight());
    }

    private static boolean isRed(CleanPhoto photo, int x, int y) throws IOException {
        Color colour =
                new Color(ImageIO.read(new ByteArrayInputStream(photo.bytes())).getRGB(x, y));
        return colour.getRed() > 200 && colour.getBlue() < 60;
    }

    private static BufferedImage redOnTheLeft(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = picture.createGraphics();
        drawing.setColor(Color.BLUE);
        drawing.fillRect(0, 0, width, height);
        drawing.setColor(Color.RED);
        drawing.fillRect(0, 0, width / 2, height);
        drawing.dispose();
        return picture;
    }

    private static BufferedImage noise(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < width * height; i++) {
            picture.setRGB(i % width, i / width, random.nextInt());
        }
        return picture;
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(picture, format, out));
        return out.toByteArray();
    }

    /** Puts an APP1 segment in front, before JFIF's own as many telephones do: orientation, the owner's name, a position, and a small preview. */
    private static byte[] withExif(byte[] jpeg, int orientation) throws IOException {
        byte[] owner = (OWNER + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] preview = encoded(redOnTheLeft(16, 12), "jpg");
        int first = 8;
        int gps = first + 2 + 3 * 12 + 4;
        int second = gps + 2 + 12 + 4;
        int text = second + 2 + 2 * 12 + 4;
        ByteBuffer tiff = ByteBuffer.allocate(text + owner.length + preview.length);
        tiff.put(new byte[] {'M', 'M', 0, 42}).putInt(first);
        tiff.putShort((short) 3);
        field(tiff, 0x0112, 3, 1, orientation << 16);
        field(tiff, 0x8298, 2, owner.length, text);
        field(tiff, 0x8825, 4, 1, gps);
        tiff.putInt(second);
        tiff.putShort((short) 1);
        field(tiff, 0x0001, 2, 2, 'N' << 24);
        tiff.putInt(0);
        tiff.putShort((short) 2);
        field(tiff, 0x0201, 4, 1, text + owner.length);
        field(tiff, 0x0202, 4, 1, preview.length);
        tiff.putInt(0);
        tiff.put(owner).put(preview);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(out);
        data.write(jpeg, 0, 2);
        data.writeShort(0xFFE1);
        data.writeShort(2 + 6 + tiff.capacity());
        data.write(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        data.write(tiff.array());
        data.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static void field(ByteBuffer tiff, int tag, int type, int count, int value) {
        tiff.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
    }

    /** A JPEG whose frame header says another size than what follows. */
    private static byte[] declaring(byte[] jpeg, int width, int height) {
        for (int i = 2; i < jpeg.length - 9; i++) {
            if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xC0) {
                ByteBuffer.wrap(jpeg).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
                return jpeg;
            }
        }
        throw new AssertionError("no frame header");
    }

    /** A PNG of a few bytes that claims any size. */
    private static byte[] png(int width, int height) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        chunk(out, "IDAT", new byte[] {0x78, (byte) 0x9C, 3, 0, 0, 0, 0, 1});
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    /** A whole PNG with red, green, blue and opacity, all of them 0. */
    private static byte[] blankPng(int width, int height, int bits) throws IOException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        byte[] row = new byte[1 + width * 4 * bits / 8];
        try (DeflaterOutputStream packed = new DeflaterOutputStream(rows)) {
            for (int i = 0; i < height; i++) {
                packed.write(row);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {(byte) bits, 6, 0, 0, 0})
                        .array());
        chunk(out, "IDAT", rows.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
        byte[] body = joined(type.getBytes(StandardCharsets.US_ASCII), content);
        CRC32 crc = new CRC32();
        crc.update(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            out.write(first);
            out.write(second);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static boolean contains(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
    }
}
