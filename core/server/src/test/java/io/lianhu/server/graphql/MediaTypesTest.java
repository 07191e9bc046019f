package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MediaTypesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | application/json",
                "'' | application/json",
                "*/* | application/json",
                "application/* | application/json",
                "application/json | application/json",
                "Application/JSON; charset=utf-8 | application/json",
                "application/graphql-response+json | application/graphql-response+json",
                "application/graphql-response+json, application/json;q=0.9 | application/graphql-response+json",
                "application/json;q=0.1, application/graphql-response+json | application/graphql-response+json",
                "application/json, application/graphql-response+json | application/json",
                "text/html, */*;q=0.1 | application/json",
                "text/html | none",
                "application/json;q=0 | none",
                "application/xml, text/plain | none",
                "; | none",
                "',;,' | none",
                "application/json;q=abc | application/json"
            })
    void theClientGetsWhatItLikesBestOfWhatThereIs(String accept, String answered) {
        assertEquals(answered, MediaTypes.accepted(accept).orElse(null));
    }

    @Test
    void aBodyIsJsonInUtf8OrItIsNotRead() {
        for (String sound : List.of(
                "application/json",
                "application/json;charset=utf-8",
                "Application/Json; Charset=\"UTF-8\"",
                "application/json; charset=utf-8; profile=x")) {
            assertTrue(MediaTypes.isJson(sound), sound);
        }
        for (String other : List.of(
                "", ";", "text/plain", "application/jsonx", "application/graphql", "application/json; charset=gbk")) {
            assertFalse(MediaTypes.isJson(other), other);
        }
        assertFalse(MediaTypes.isJson(null));
    }
}
