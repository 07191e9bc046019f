package io.lianhu.sdk;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The one exception that reaches a client as it is: type, code, parameters, and the code's text in the caller's language. Anything
 * else that is thrown reaches it as {@code INTERNAL}, without details.
 */
public final class ApiException extends RuntimeException {

    /** Errors that every plugin may raise. */
    public enum Common implements ErrorCode {
        INVALID_INPUT(ErrorType.INVALID_INPUT),
        FORBIDDEN(ErrorType.FORBIDDEN),
        NOT_FOUND(ErrorType.NOT_FOUND),
        CONFLICT(ErrorType.CONFLICT);

        private final ErrorType type;

        Common(ErrorType type) {
            this.type = type;
        }

        @Override
        public ErrorType type() {
            return type;
        }
    }

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialised: an exception of ours stays in its process
    private final ErrorCode code;

    @SuppressWarnings("serial")
    private final Map<String, ?> params;

    /**
     * An error for the client.
     *
     * @param params Strings, numbers, booleans, constants and lists of these; anything else stands for its text. They are
     *     shown to the client, so nothing personal
     */
    public ApiException(ErrorCode code, Map<String, ?> params) {
        super(code.name() + " " + params);
        this.code = code;
        this.params = params.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, param -> plain(param.getValue())));
    }

    /** The host writes it as JSON, and its mapper remembers every class that it has seen: a plugin's would never leave the memory. */
    private static Object plain(Object value) {
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number && value.getClass().getClassLoader() == null) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            // A constant of the host's keeps its type, by which people's word for it is found.
            boolean hosts = constant.getDeclaringClass().getClassLoader() == ApiException.class.getClassLoader();
            return hosts ? constant : constant.name();
        }
        if (value instanceof Collection<?> many) {
            return many.stream().map(ApiException::plain).toList();
        }
        return String.valueOf(value);
    }

    public ApiException(ErrorCode code) {
        this(code, Map.of());
    }

    /** The argument or input field of that name is wrong. */
    public static ApiException invalid(String field) {
        return new ApiException(Common.INVALID_INPUT, Map.of("field", field));
    }

    /** The caller lacks the permission. */
    public static ApiException forbidden(String permission) {
        return new ApiException(Common.FORBIDDEN, Map.of("permission", permission));
    }

    /** There is no such object, or none that the caller may see. */
    public static ApiException notFound(String type) {
        return new ApiException(Common.NOT_FOUND, Map.of("type", type));
    }

    /** Somebody else changed it meanwhile. */
    public static ApiException conflict(String type) {
        return new ApiException(Common.CONFLICT, Map.of("type", type));
    }

    public ErrorCode code() {
        return code;
    }

    public Map<String, ?> params() {
        return params;
    }
}
