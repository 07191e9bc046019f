package io.lianhu.server.web;

import io.lianhu.sdk.ApiException;
import java.util.Locale;

/** The texts of errors. */
@FunctionalInterface
public interface ErrorTexts {
    String text(ApiException error, Locale locale);
}
