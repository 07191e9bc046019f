package io.lianhu.points;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** The plugin's message files, for texts that stand in answers and not in errors. */
public final class PointsTexts {

    private static final Properties CHINESE = load("/messages_zh_CN.properties");
    private static final Properties ENGLISH = load("/messages_en.properties");

    private PointsTexts() {}

    /** The text of an enum's constant, as the message files have it under {@code enum.<type>.<constant>}. */
    public static String of(String type, Enum<?> constant, Locale locale) {
        Properties texts = locale.getLanguage().equals("en") ? ENGLISH : CHINESE;
        String key = "enum." + type + "." + constant.name();
        return Objects.requireNonNull(texts.getProperty(key), key);
    }

    private static Properties load(String name) {
        try (var in = PointsTexts.class.getResourceAsStream(name)) {
            Properties texts = new Properties();
            texts.load(new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8));
            return texts;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
