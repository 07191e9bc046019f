package io.lianhu.server.event;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.lianhu.sdk.Event;

/** Events as JSON. None is shared by plugins, or by versions of one, because it remembers their classes. */
public final class EventCodec {

    private final ObjectMapper mapper = JsonMapper.builder()
            .typeFactory(TypeFactory.defaultInstance().withCache(new LRUMap<>(16, 200)))
            .addModules(new JavaTimeModule(), new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .build();

    String write(Event event) {
        try {
            return mapper.writeValueAsString(event);
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException(
                    "Not an event of plain values: " + event.getClass().getName(), unfit);
        }
    }

    <E extends Event> E read(String json, Class<E> type) {
        try {
            return mapper.readValue(json, type);
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException("The event does not fit " + type.getName(), unfit);
        }
    }
}
