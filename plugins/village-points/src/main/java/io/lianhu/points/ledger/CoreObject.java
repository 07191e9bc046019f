package io.lianhu.points.ledger;

import java.util.UUID;

/**
 * An object of the core whose type this plugin extends. The SDK names no Java type for it, so its id is read as the host itself reads
 * properties: from the public accessor {@code id()} or {@code getId()}.
 */
final class CoreObject {

    private CoreObject() {}

    static UUID id(Object source) {
        for (String accessor : new String[] {"id", "getId"}) {
            try {
                if (source.getClass().getMethod(accessor).invoke(source) instanceof UUID id) {
                    return id;
                }
            } catch (NoSuchMethodException absent) {
                // a record or an entity: it has the other one
            } catch (ReflectiveOperationException failure) {
                throw new IllegalStateException("The id of " + source.getClass() + " cannot be read", failure);
            }
        }
        throw new IllegalStateException(source.getClass() + " has no id");
    }
}
