package io.lianhu.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApiExceptionTest {

    enum Colour {
        RED;

        @Override
        public String toString() {
            return "red as told to people";
        }
    }

    private static final class OwnNumber extends Number {
        private static final long serialVersionUID = 1L;

        @Override
        public int intValue() {
            return 7;
        }

        @Override
        public long longValue() {
            return 7;
        }

        @Override
        public float floatValue() {
            return 7;
        }

        @Override
        public double doubleValue() {
            return 7;
        }

        @Override
        public String toString() {
            return "seven";
        }
    }

    private static Object shown(Object value) {
        return new ApiException(ApiException.Common.CONFLICT, Map.of("param", value))
                .params()
                .get("param");
    }

    @Test
    void plainValuesAreShownAsTheyAre() {
        assertEquals("text", shown("text"));
        assertEquals(7, shown(7));
        assertEquals(true, shown(true));
        assertEquals(List.of("a", 1L), shown(List.of("a", 1L)));
    }

    /** A constant of a class that another loader has made, as a plugin's has. */
    private static Object foreignRed() throws ClassNotFoundException {
        String name = Colour.class.getName();
        ClassLoader plugin = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String wanted) throws ClassNotFoundException {
                try (InputStream in = Colour.class.getResourceAsStream("ApiExceptionTest$Colour.class")) {
                    byte[] bytes = in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException failure) {
                    throw new ClassNotFoundException(wanted, failure);
                }
            }
        };
        return plugin.loadClass(name).getEnumConstants()[0];
    }

    @Test
    void aConstantOfTheHostsKeepsItsType() {
        assertEquals(Role.RESIDENT, shown(Role.RESIDENT));
    }

    @Test
    void nothingOfAPluginsOwnClassesIsHandedToTheHost() throws ClassNotFoundException {
        assertEquals("RED", shown(foreignRed()));
        assertEquals(List.of("RED"), shown(Set.of(foreignRed())));
        assertEquals("seven", shown(new OwnNumber()));
        assertEquals("2026-11-22", shown(LocalDate.of(2026, 11, 22)));
    }
}
