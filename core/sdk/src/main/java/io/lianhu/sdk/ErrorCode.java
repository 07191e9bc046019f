package io.lianhu.sdk;

/**
 * What exactly went wrong: a constant of the plugin's own enum, as in {@code POINTS_STOCK_EMPTY}, which never changes its name. Its
 * text stands in the message files under {@code error.<NAME>}, where <code>{param}</code> is replaced by the parameter of that name.
 */
public interface ErrorCode {

    /** The code as clients see it; begins with the plugin's prefix. */
    String name();

    /** How a client should react. */
    ErrorType type();
}
