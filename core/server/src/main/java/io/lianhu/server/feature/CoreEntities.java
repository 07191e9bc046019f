package io.lianhu.server.feature;

import java.util.List;

/** The entities of one feature of the core. */
@FunctionalInterface
public interface CoreEntities {
    List<Class<?>> entities();
}
