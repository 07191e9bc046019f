package io.lianhu.server.graphql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts in both languages. */
public record Messages(Map<String, String> chinese, Map<String, String> english) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");

    /** Reads the texts of two property files. */
    public static Messages parse(String chinese, String english) {
        return new Messages(properties(chinese), properties(english));
    }

    private static Map<String, String> properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Map<String, String> result = new HashMap<>();
        properties.forEach((key, value) -> result.put((String) key, (String) value));
        return Map.copyOf(result);
    }

    /** The text of a key, its <code>{name}</code> replaced by the parameter of that name. */
    public Optional<String> text(String key, Locale locale, Map<String, ?> params) {
        String text = (locale.getLanguage().equals("en") ? english : chinese).get(key);
        if (text == null) {
            return Optional.empty();
        }
        // in one go, so that what stands for one parameter is never taken for another
        return Optional.of(PLACEHOLDER.matcher(text).replaceAll(found -> {
            Object value = params.get(found.group(1));
            return Matcher.quoteReplacement(value == null ? found.group() : String.valueOf(value));
        }));
    }

    /** The keys that only one language has. */
    public Set<String> lonely() {
        Set<String> lonely = new TreeSet<>();
        chinese.keySet().stream().filter(key -> !english.containsKey(key)).forEach(lonely::add);
        english.keySet().stream().filter(key -> !chinese.containsKey(key)).forEach(lonely::add);
        return lonely;
    }
}
