package io.lianhu.sdk;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What a resolver is called with. Valid until the resolver's {@code Uni} completes. */
public interface Call {

    /** The object whose field is resolved; of the type that the parent field's resolver returned. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // whoever binds a field knows the type of its parent
    <S> S source();

    /** The argument, bound to a record, a String, a number, an enum, a {@link GlobalId} or a list of these. */
    <T> Optional<T> argument(String name, Class<T> type);

    /**
     * The argument that the schema declares as non-null.
     *
     * @throws ApiException {@code INVALID_INPUT} where it is absent all the same
     */
    default <T> T required(String name, Class<T> type) {
        return argument(name, type).orElseThrow(() -> ApiException.invalid(name));
    }

    /** The {@code input} argument of a mutation, bound to a record whose components have the names of the input's fields. */
    default <T> T input(Class<T> type) {
        return required("input", type);
    }

    /** The UUID behind the argument of that name, an id of the given type; another type's id is a missing object. */
    default UUID id(String argument, String type) {
        return required(argument, GlobalId.class).of(type);
    }

    /** The {@code first} and {@code after} of a connection; {@code INVALID_INPUT} unless 1 ≤ first ≤ 100. */
    PageRequest page();

    /** Who calls. */
    Actor actor();

    /** The language of the caller, {@code zh-CN} or {@code en}. */
    Locale locale();
}
