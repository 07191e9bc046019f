package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class PhotosTest {

    @Test
    void photos_have_the_size_asked_for() throws IOException {
        for (byte[] photo : new byte[][] {Photos.jpeg(64, 48), Photos.jpegWithGps(), Photos.png(64, 48)}) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(photo));
            assertEquals(64, image.getWidth());
            assertEquals(48, image.getHeight());
        }
    }

    @Test
    void the_position_stands_in_the_exif() {
        byte[] photo = Photos.jpegWithGps();
        assertTrue(new String(photo, StandardCharsets.ISO_8859_1).contains(Photos.CAMERA));
        ByteBuffer tiff = ByteBuffer.wrap(photo, 12, photo.length - 12).slice();
        int gps = tiff.getInt(8 + 2 + 2 * 12 + 8);
        assertEquals(4, tiff.getShort(gps));
        assertEquals(Photos.LATITUDE, degrees(tiff, tiff.getInt(gps + 2 + 12 + 8)), 1e-9);
        assertEquals(Photos.LONGITUDE, degrees(tiff, tiff.getInt(gps + 2 + 3 * 12 + 8)), 1e-9);
    }

    private static double degrees(ByteBuffer tiff, int at) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += tiff.getInt(at + 8 * i) / (double) tiff.getInt(at + 8 * i + 4) / Math.pow(60, i);
        }
        return sum;
    }
}
