package io.lianhu.devstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** JSON as text and as {@linkplain PrivateFile private files}. */
final class Json {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private Json() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void save(Path file, Object value) {
        PrivateFile.write(file, write(value));
    }

    /** Empty when there is no such file or when it is not what was saved: a state that cannot be read is no state. */
    static <T> Optional<T> load(Path file, Class<T> type) {
        try {
            return Optional.ofNullable(MAPPER.readValue(Files.readString(file), type));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
